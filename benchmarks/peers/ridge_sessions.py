"""RidgeCV with leave-one-out: the problems, and one session per solver."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

ALPHAS = 100
PROBLEMS = {"tall": (20000, 500), "square": (2000, 2000), "wide": (300, 20000)}


def problem(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(X in C order, y, alphas): 20 true coefficients, noise as strong as the signal."""
    rows, cols = PROBLEMS[name]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, cols)) + 0.5 * rng.normal(size=(rows, 1))
    signal = x[:, :20] @ rng.normal(size=20)
    return x, signal + signal.std() * rng.normal(size=rows), np.logspace(-2, 6, ALPHAS)


class RidgeSession:
    """RidgeCV over all alphas, leave-one-out."""

    name = ""
    steps, flop = 1, 0.0

    def __init__(self, workload: str, threads: int, order: str = "C") -> None:
        warnings.simplefilter("ignore")
        x, self.y, self.alphas = problem(workload)
        self.x = np.asarray(x, order=order)
        self.model = self.make()
        self.configuration = f"{self.name}, {len(self.alphas)} alphas, {order} order, {threads} thread(s)"

    def make(self) -> Any:
        raise NotImplementedError

    def run(self) -> None:
        self.model.fit(self.x, self.y)

    def report(self) -> dict[str, Any]:
        """|gradient| at the chosen alpha over |gradient| at zero coefficients."""
        x, y = self.x - self.x.mean(axis=0), self.y - self.y.mean()
        rest = x.T @ (y - x @ self.model.coef_) - self.model.alpha_ * self.model.coef_
        residual = float(np.linalg.norm(rest) / np.linalg.norm(x.T @ y))
        return {"alpha": float(self.model.alpha_), "score": float(self.model.best_score_), "residual": residual}


class Ours(RidgeSession):
    name = "proxnet RidgeCV"

    def make(self) -> Any:
        from proxnet.linear_model import RidgeCV

        return RidgeCV(self.alphas)


class Sklearn(RidgeSession):
    name = "scikit-learn RidgeCV"

    def make(self) -> Any:
        from sklearn.linear_model import RidgeCV

        return RidgeCV(self.alphas)
