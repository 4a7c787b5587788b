"""Paths under MCP, least squares and logistic: the problems, the optimality conditions in NumPy, the solvers.

MCP is not convex: a path has no gap, its figure is the distance of the worst alpha from stationarity, relative to the
largest alpha; the objective beside it says which local minimum was found. A solver's tolerance is lowered until that
distance is at most the target.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

ALPHAS = 30
EPS = {False: 5e-2, True: 0.2}  # alpha_min / alpha_max; with labels (True) MCP separates the classes below 0.2
# rows, columns, gamma of MCP, whether y holds labels
PROBLEMS = {
    "wide": (500, 10000, 3.0, False),
    "tall": (20000, 500, 3.0, False),
    "wide labels": (2000, 5000, 10.0, True),
    "tall labels": (10000, 300, 10.0, True),
}


def problem(name: str, shrink: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(X in Fortran order, y or labels -1 and 1, alphas): neighbours correlated, 15 true columns, standardised."""
    rows, cols, _, labels = PROBLEMS[name]
    rows, cols = rows // shrink, cols // shrink
    rng = np.random.default_rng(0)
    x = np.empty((rows, cols), order="F")
    x[:, 0] = rng.normal(size=rows)
    for j in range(1, cols):
        x[:, j] = 0.5 * x[:, j - 1] + np.sqrt(0.75) * rng.normal(size=rows)
    x -= x.mean(axis=0)
    x /= x.std(axis=0)
    coef = np.zeros(cols)
    coef[rng.choice(cols, 15, replace=False)] = rng.normal(size=15)
    z = x @ coef
    if labels:
        y = np.where(z + rng.logistic(size=rows) > 0, 1.0, -1.0)
        top = np.abs(x.T @ y).max() / (2 * rows)
    else:
        y = z + 0.5 * z.std() * rng.normal(size=rows)
        y -= y.mean()
        top = np.abs(x.T @ y).max() / rows
    return x, y, top * EPS[labels] ** (np.arange(ALPHAS) / (ALPHAS - 1))


def figures(
    x: np.ndarray, y: np.ndarray, labels: bool, gamma: float, alphas: np.ndarray, coefs: np.ndarray
) -> tuple[float, float]:
    """(largest distance from stationarity over the largest alpha, mean objective) of a path; coefs: (alphas, cols)."""
    worst, total = 0.0, 0.0
    for alpha, w in zip(alphas, coefs, strict=True):
        z = x @ w
        if labels:
            loss, slopes = np.logaddexp(0, -y * z).mean(), -y * np.exp(-np.logaddexp(0, y * z))
        else:
            loss, slopes = 0.5 * np.mean((y - z) ** 2), z - y
        q, size = -x.T @ slopes / len(y), np.abs(w)
        inside = np.minimum(size, gamma * alpha)
        total += loss + (inside * (alpha - inside / (2 * gamma))).sum()
        own = np.maximum(alpha - size / gamma, 0)
        distance = np.where(w != 0, np.abs(q - np.copysign(own, w)), np.maximum(np.abs(q) - own, 0))
        worst = max(worst, distance.max())
    return worst / alphas[0], total / len(alphas)


class PenalizedPath:
    """A solver's path without an intercept; `solve` gives coefficients (alphas, features)."""

    name = ""
    tolerances: tuple[float, ...] = ()
    steps, flop = 1, 0.0

    def __init__(self, workload: str, target: float, threads: int, shrink: int = 1) -> None:
        warnings.simplefilter("ignore")
        self.x, self.y, self.alphas = problem(workload, shrink)
        _, _, self.gamma, self.labels = PROBLEMS[workload]
        for tolerance in self.tolerances:
            self.tolerance = tolerance
            self.run()
            if self.figures()[0] <= target:
                break
        self.configuration = f"{self.name}, tolerance {self.tolerance:g}, {threads} thread(s)"

    def solve(self) -> np.ndarray:
        raise NotImplementedError

    def run(self) -> None:
        self.coefs = self.solve()

    def figures(self) -> tuple[float, float]:
        return figures(self.x, self.y, self.labels, self.gamma, self.alphas, self.coefs)

    def report(self) -> dict[str, Any]:
        distance, objective = self.figures()
        return {"gap": distance, "objective": objective, "nonzero": int(np.count_nonzero(self.coefs[-1]))}


class Ours(PenalizedPath):
    name, tolerances = "proxnet penalized_path", (1e-6, 3e-7)

    def solve(self) -> np.ndarray:
        from proxnet.linear_model import penalized_path
        from proxnet.regularizers import MCP

        options = {"alphas": self.alphas, "tol": self.tolerance, "max_iter": 100_000}
        loss = "log_loss" if self.labels else "squared_error"
        return penalized_path(self.x, self.y, MCP(1.0, gamma=self.gamma), loss=loss, **options)[1].T


class Skglm(PenalizedPath):
    """AndersonCD for least squares, ProxNewton for labels, warm-started along the path; compilation is not timed."""

    name, tolerances = "skglm", (1e-5, 1e-6, 1e-7, 1e-8)

    def solve(self) -> np.ndarray:
        from skglm.datafits import Logistic, Quadratic
        from skglm.penalties import MCPenalty
        from skglm.solvers import AndersonCD, ProxNewton
        from skglm.utils.jit_compilation import compiled_clone

        settings = {"tol": self.tolerance, "fit_intercept": False, "warm_start": True}
        solver = ProxNewton(max_iter=20, **settings) if self.labels else AndersonCD(max_iter=500, **settings)
        if not hasattr(self, "parts"):
            self.parts = (
                compiled_clone(Logistic() if self.labels else Quadratic()),
                compiled_clone(MCPenalty(1.0, self.gamma)),
            )
        datafit, penalty = self.parts
        w, coefs = np.zeros(self.x.shape[1]), []
        for alpha in self.alphas:
            penalty.alpha = float(alpha)
            w = solver.solve(self.x, self.y, datafit, penalty, w.copy(), self.x @ w)[0]
            coefs.append(w)
        return np.array(coefs)
