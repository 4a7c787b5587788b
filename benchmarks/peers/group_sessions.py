"""Group lasso and multi-task lasso paths: the problems, the duality gap in NumPy, and one session per solver.

As in linear_sessions: a solver's tolerance is lowered until the gap of every alpha is at most the target.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

ALPHAS, EPS = 30, 3e-2
# rows, columns, columns per group, tasks
PROBLEMS = {"groups": (300, 5000, 10, 1), "tall groups": (20000, 300, 10, 1), "tasks": (300, 3000, 1, 10)}


def problem(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(X in Fortran order, Y (rows, tasks), alphas): neighbours correlated, 15 true groups, columns standardised."""
    rows, cols, size, tasks = PROBLEMS[name]
    rng = np.random.default_rng(0)
    x = np.empty((rows, cols), order="F")
    x[:, 0] = rng.normal(size=rows)
    for j in range(1, cols):
        x[:, j] = 0.5 * x[:, j - 1] + np.sqrt(0.75) * rng.normal(size=rows)
    x -= x.mean(axis=0)
    x /= x.std(axis=0)
    coef = np.zeros((cols // size, size, tasks))
    coef[rng.choice(cols // size, 15, replace=False)] = rng.normal(size=(15, size, tasks))
    y = x @ coef.reshape(cols, tasks)
    y += 0.5 * y.std() * rng.normal(size=y.shape)
    y -= y.mean(axis=0)
    top = norms(x.T @ y / rows, size).max() / np.sqrt(size)
    return x, y, top * EPS ** (np.arange(ALPHAS) / (ALPHAS - 1))


def norms(values: np.ndarray, size: int) -> np.ndarray:
    """Euclidean norms of blocks of `size` rows."""
    return np.linalg.norm(values.reshape(len(values) // size, -1), axis=1)


def worst_gap(x: np.ndarray, y: np.ndarray, alphas: np.ndarray, coefs: np.ndarray, size: int) -> float:
    """The largest duality gap of the path relative to |Y|^2 / n; coefs: (alphas, features, tasks)."""
    rows, worst, weight = len(y), 0.0, np.sqrt(size)
    for alpha, w in zip(alphas, coefs, strict=True):
        residual = y - x @ w
        scale = min(1.0, alpha * weight / norms(x.T @ residual / rows, size).max())
        square, slope = (residual**2).sum() / rows, (residual * y).sum() / rows
        gap = 0.5 * (1 + scale**2) * square + alpha * weight * norms(w, size).sum() - scale * slope
        worst = max(worst, gap / ((y**2).sum() / rows))
    return worst


class GroupPathSession:
    """A solver's path; `solve` gives coefficients (alphas, features, tasks)."""

    name = ""
    tolerances: tuple[float, ...] = ()
    steps, flop = 1, 0.0

    def __init__(self, workload: str, target: float, threads: int) -> None:
        warnings.simplefilter("ignore")
        self.x, self.y, self.alphas = problem(workload)
        _, cols, self.size, self.tasks = PROBLEMS[workload]
        self.groups = np.arange(cols).reshape(-1, self.size).tolist()
        for tolerance in self.tolerances:
            self.tolerance = tolerance
            self.coefs = self.solve()
            self.gap = worst_gap(self.x, self.y, self.alphas, self.coefs, self.size)
            if self.gap <= target:
                break
        self.configuration = f"{self.name}, tolerance {self.tolerance:g}, {threads} thread(s)"

    def solve(self) -> np.ndarray:
        raise NotImplementedError

    def run(self) -> None:
        self.coefs = self.solve()

    def report(self) -> dict[str, Any]:
        gap = worst_gap(self.x, self.y, self.alphas, self.coefs, self.size)
        return {"gap": gap, "nonzero": int(np.count_nonzero(norms(self.coefs[-1], self.size)))}


class Ours(GroupPathSession):
    name, tolerances = "proxnet group_path", (2e-6, 1e-6)

    def solve(self) -> np.ndarray:
        from proxnet.linear_model import group_path

        options = {"alphas": self.alphas, "tol": self.tolerance, "max_iter": 100_000}
        return np.moveaxis(group_path(self.x, self.y, self.groups, **options)[1], -1, 0).transpose(0, 2, 1)


class Sklearn(GroupPathSession):
    """Several tasks only."""

    name, tolerances = "scikit-learn MultiTaskLasso.path", (1e-5, 3e-6, 1e-6)

    def solve(self) -> np.ndarray:
        from sklearn.linear_model import MultiTaskLasso

        options = {"l1_ratio": 1.0, "alphas": self.alphas, "tol": self.tolerance, "max_iter": 100_000}
        return np.moveaxis(MultiTaskLasso.path(self.x, self.y, **options)[1], -1, 0).transpose(0, 2, 1)


class CelerTasks(GroupPathSession):
    """Several tasks only."""

    name, tolerances = "celer mtl_path", (1e-6, 1e-7, 1e-8)

    def solve(self) -> np.ndarray:
        from celer.homotopy import mtl_path

        coefs = mtl_path(self.x, np.asfortranarray(self.y), alphas=self.alphas, tol=self.tolerance)[1]
        return np.moveaxis(coefs, -1, 0).transpose(0, 2, 1)


class Celer(GroupPathSession):
    """A single task only."""

    name, tolerances = "celer_path, grouplasso", (1e-5, 1e-6, 1e-7, 1e-8, 1e-9)

    def solve(self) -> np.ndarray:
        from celer import celer_path

        weights = np.full(len(self.groups), np.sqrt(self.size))
        options = {"groups": self.size, "weights": weights, "alphas": self.alphas, "tol": self.tolerance}
        return celer_path(self.x, self.y[:, 0], "grouplasso", **options)[1].T[:, :, np.newaxis]
