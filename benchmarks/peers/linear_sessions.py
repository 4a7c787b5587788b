"""Lasso paths: the problems, the duality gap in NumPy, and one session per solver.

Each solver's tolerance is lowered until the gap of every alpha, recomputed here, is at most the target. A solver that
does not reach it runs at the smallest tolerance tried; the table shows its gap.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

ALPHAS, EPS = 50, 1e-2
PROBLEMS = {"wide": (200, 20000), "square": (1000, 10000), "tall": (50000, 200)}
CORRELATION, NOISE = 0.5, 0.5  # correlation of adjacent columns; std(noise) / std(signal)


def problem(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(X in Fortran order, y, alphas): neighbours correlated, columns standardised, 100 true coefficients at most."""
    rows, cols = PROBLEMS[name]
    rng = np.random.default_rng(0)
    x = np.empty((rows, cols), order="F")
    x[:, 0] = rng.normal(size=rows)
    for j in range(1, cols):
        x[:, j] = CORRELATION * x[:, j - 1] + np.sqrt(1 - CORRELATION**2) * rng.normal(size=rows)
    x -= x.mean(axis=0)
    x /= x.std(axis=0)
    true = rng.choice(cols, min(cols // 4, 100), replace=False)
    signal = x[:, true] @ rng.normal(size=len(true))
    y = signal + NOISE * signal.std() * rng.normal(size=rows)
    y -= y.mean()
    top = np.abs(x.T @ y).max() / rows
    return x, y, top * EPS ** (np.arange(ALPHAS) / (ALPHAS - 1))


def worst_gap(x: np.ndarray, y: np.ndarray, alphas: np.ndarray, coefs: np.ndarray) -> float:
    """The largest duality gap of the path relative to |y|^2 / n; coefs: (alphas, features)."""
    rows, worst = len(y), 0.0
    for alpha, w in zip(alphas, coefs, strict=True):
        residual = y - x @ w
        scale = min(1.0, alpha / (np.abs(x.T @ residual).max() / rows))
        square, slope = residual @ residual / rows, residual @ y / rows
        gap = 0.5 * (1 + scale**2) * square + alpha * np.abs(w).sum() - scale * slope
        worst = max(worst, gap / (y @ y / rows))
    return worst


class LassoPath:
    """A solver's path; `solve` gives coefficients (alphas, features)."""

    name = ""
    tolerances: tuple[float, ...] = ()
    steps, flop = 1, 0.0

    def __init__(self, workload: str, target: float, threads: int, order: str = "F") -> None:
        warnings.simplefilter("ignore")
        self.threads = threads
        self.x, self.y, self.alphas = problem(workload)
        if order == "C":
            self.x = np.ascontiguousarray(self.x)
        self.prepare()
        for tolerance in self.tolerances:
            self.tolerance = tolerance
            self.coefs = self.solve()
            self.gap = worst_gap(self.x, self.y, self.alphas, self.coefs)
            if self.gap <= target:
                break
        self.configuration = f"{self.name}, tolerance {self.tolerance:g}, {order} order"

    def prepare(self) -> None:
        """Imports and compilations, not timed."""

    def solve(self) -> np.ndarray:
        raise NotImplementedError

    def run(self) -> None:
        self.coefs = self.solve()

    def report(self) -> dict[str, Any]:
        gap = worst_gap(self.x, self.y, self.alphas, self.coefs)
        return {"gap": gap, "nonzero": int(np.count_nonzero(self.coefs[-1]))}


class Ours(LassoPath):
    name, tolerances = "proxnet lasso_path", (2e-6, 1e-6, 5e-7)

    def prepare(self) -> None:
        from proxnet.linear_model import lasso_path

        self.path = lasso_path

    def solve(self) -> np.ndarray:
        return self.path(self.x, self.y, alphas=self.alphas, tol=self.tolerance, max_iter=100_000)[1].T


class Sklearn(LassoPath):
    name, tolerances = "scikit-learn lasso_path", (1e-4, 3e-5, 1e-5, 3e-6, 1e-6)

    def solve(self) -> np.ndarray:
        from sklearn.linear_model import lasso_path

        tall = self.x.shape[0] > self.x.shape[1]  # with a Gram matrix if it helps
        options = {"precompute": tall, "tol": self.tolerance, "max_iter": 100_000}
        return lasso_path(self.x, self.y, alphas=self.alphas, **options)[1].T


class Celer(LassoPath):
    name, tolerances = "celer_path", (1e-5, 1e-6, 1e-7, 1e-8, 1e-9)

    def solve(self) -> np.ndarray:
        from celer import celer_path

        return celer_path(self.x, self.y, "lasso", alphas=self.alphas, tol=self.tolerance)[1].T


class Skglm(LassoPath):
    name, tolerances = "skglm AndersonCD.path", (1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6)

    def solve(self) -> np.ndarray:
        from skglm.datafits import Quadratic
        from skglm.penalties import L1
        from skglm.solvers import AndersonCD

        solver = AndersonCD(tol=self.tolerance, fit_intercept=False, max_iter=500, max_epochs=100_000)
        return solver.path(self.x, self.y, Quadratic(), L1(1.0), self.alphas)[1].T


class Adelie(LassoPath):
    name, tolerances = "adelie grpnet", (1e-9, 1e-10, 1e-11, 1e-12, 1e-13)

    def solve(self) -> np.ndarray:
        import adelie

        state = adelie.grpnet(
            adelie.matrix.dense(self.x, method="naive", n_threads=self.threads),
            adelie.glm.gaussian(self.y),
            lmda_path=self.alphas,
            intercept=False,
            tol=self.tolerance,
            early_exit=False,
            progress_bar=False,
            n_threads=self.threads,
        )
        return state.betas.toarray()
