"""L1 logistic problems: the data, the duality gap in NumPy, and one session per solver.

Each solver's tolerance is lowered until the gap of every alpha, recomputed here, is at most the target. A solver that
does not reach it runs at the smallest tolerance tried; the table shows its gap.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(os.environ.get("PROXNET_BENCHMARK_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
ALPHAS, EPS = 50, 1e-2
PROBLEMS = {"pcmac": 1e-6, "rcv1_small": 1e-6, "leukemia_golub": 1e-6, "mnist_5k": 1e-4}  # name: target gap
SINGLE = {"mnist_5k": 0.02}  # one alpha / alpha_max instead of a path


def problem(name: str) -> tuple[Any, np.ndarray, np.ndarray]:
    """(X dense in Fortran order or CSC, class numbers, alphas): dense columns standardised, or scaled to 0 to 1."""
    with np.load(DATA / f"{name}.npz", allow_pickle=False) as file:
        arrays = dict(file)
    if "X_data" in arrays:
        from scipy.sparse import csr_matrix

        parts = (arrays["X_data"].astype(np.float64), arrays["X_indices"], arrays["X_indptr"])
        x = csr_matrix(parts, shape=tuple(arrays["X_shape"])).tocsc()
        x.sort_indices()
    else:
        x = np.asfortranarray(arrays["X"], dtype=np.float64)
        if name == "mnist_5k":
            x /= x.max()
        else:
            x = np.asfortranarray((x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-12))
    y = np.unique(arrays["y"], return_inverse=True)[1]
    if len(np.unique(y)) > 2:
        hot = np.eye(y.max() + 1)[y]
        top = np.abs(x.T @ (hot - hot.mean(axis=0))).max() / len(y)
    else:
        top = np.abs(x.T @ (y - 0.5)).max() / len(y)
    if name in SINGLE:
        return x, y, np.array([SINGLE[name] * top])
    return x, y, top * EPS ** (np.arange(ALPHAS) / (ALPHAS - 1))


def entropy(a: np.ndarray) -> np.ndarray:
    return np.where(a > 0, a * np.log(np.maximum(a, 1e-300)), 0.0)


def worst_gap(x: Any, y: np.ndarray, alphas: np.ndarray, coefs: np.ndarray, intercepts: np.ndarray) -> float:
    """The largest duality gap of mean log loss + alpha |w|_1; coefs: (alphas, 1 or classes, features).

    The multinomial intercepts are free: what the slopes of a class sum to is taken off them.
    """
    worst, rows = 0.0, len(y)
    for alpha, coef, intercept in zip(alphas, coefs, intercepts, strict=True):
        z = x @ coef.T + intercept
        if len(coef) == 1:
            z = np.hstack([np.zeros_like(z), z])
        z = z - z.max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        hot = np.eye(z.shape[1])[y]
        loss = (np.log(np.exp(z).sum(axis=1)) - (z * hot).sum(axis=1)).mean() + alpha * np.abs(coef).sum()
        slopes = (p - hot)[:, -len(coef) :] / rows
        scale = min(1.0, alpha / np.abs(x.T @ slopes).max())
        worst = max(worst, loss + entropy(scale * p + (1 - scale) * hot).sum(axis=1).mean())
        worst = max(worst, np.abs(slopes.sum(axis=0)).max() * 1e-3 if len(coef) > 1 else 0.0)
    return worst


class LogisticPath:
    """A solver's path; `solve` gives coefficients (alphas, 1 or classes, features) and intercepts."""

    name = ""
    tolerances: tuple[float, ...] = ()
    steps, flop = 1, 0.0

    def __init__(self, workload: str, threads: int) -> None:
        warnings.simplefilter("ignore")
        self.threads = threads
        self.x, self.y, self.alphas = problem(workload)
        self.classes = int(self.y.max()) + 1
        self.prepare()
        for tolerance in self.tolerances:
            self.tolerance = tolerance
            self.run()
            if worst_gap(self.x, self.y, self.alphas, *self.found) <= PROBLEMS[workload]:
                break
        self.configuration = f"{self.name}, tolerance {self.tolerance:g}"

    def prepare(self) -> None:
        """Imports and compilations, not timed."""

    def solve(self) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def run(self) -> None:
        self.found = self.solve()

    def report(self) -> dict[str, Any]:
        gap = worst_gap(self.x, self.y, self.alphas, *self.found)
        return {"gap": gap, "nonzero": int(np.count_nonzero(self.found[0][-1]))}

    def without_intercepts(self, coefs: Any) -> tuple[np.ndarray, np.ndarray]:
        coefs = np.asarray(coefs)
        coefs = coefs[:, np.newaxis] if coefs.ndim == 2 else coefs
        return coefs, np.zeros(coefs.shape[:2])


class Ours(LogisticPath):
    name, tolerances = "proxnet logistic_path", (1.4e-6, 1e-6, 5e-7)

    def prepare(self) -> None:
        from proxnet.linear_model import logistic_path

        self.path = logistic_path
        if self.classes > 2:
            self.tolerances = (4e-5, 2e-5)  # the loss without coefficients is log(10)

    def solve(self) -> tuple[np.ndarray, np.ndarray]:
        _, coefs, intercepts, _ = self.path(
            self.x,
            self.y,
            Cs=1 / (self.alphas * len(self.y)),
            fit_intercept=self.classes > 2,
            tol=self.tolerance,
            max_iter=1000,
        )
        return np.moveaxis(coefs, -1, 0), intercepts.T


class Celer(LogisticPath):
    name, tolerances = "celer_path", (1e-5, 1e-6, 1e-7, 1e-8)

    def solve(self) -> tuple[np.ndarray, np.ndarray]:
        from celer import celer_path

        rows = len(self.y)
        options = {"alphas": self.alphas * rows, "tol": self.tolerance}
        return self.without_intercepts(celer_path(self.x, 2.0 * self.y - 1, "logreg", **options)[1].T)


class Skglm(LogisticPath):
    name, tolerances = "skglm ProxNewton.path", (1e-3, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6)

    def solve(self) -> tuple[np.ndarray, np.ndarray]:
        from skglm.datafits import Logistic
        from skglm.penalties import L1
        from skglm.solvers import ProxNewton

        solver = ProxNewton(tol=self.tolerance, fit_intercept=False, max_iter=200, warm_start=True)
        coefs, w = [], np.zeros(self.x.shape[1])
        for alpha in self.alphas:
            start = {"w_init": w, "Xw_init": self.x @ w}
            w = solver.solve(self.x, 2.0 * self.y - 1, Logistic(), L1(alpha), **start)[0].copy()
            coefs.append(w.copy())
        return self.without_intercepts(coefs)


class Sklearn(LogisticPath):
    """One warm-started estimator along the path."""

    solver = ""

    def solve(self) -> tuple[np.ndarray, np.ndarray]:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(
            l1_ratio=1.0,
            solver=self.solver,
            tol=self.tolerance,
            fit_intercept=self.classes > 2,
            max_iter=100_000,
            warm_start=self.solver == "saga",
            random_state=0,
        )
        coefs, intercepts = [], []
        for alpha in self.alphas:
            model.set_params(C=1 / (alpha * len(self.y))).fit(self.x, self.y)
            coefs.append(model.coef_.copy())
            intercepts.append(np.broadcast_to(model.intercept_, len(model.coef_)).copy())
        return np.array(coefs), np.array(intercepts)


class Liblinear(Sklearn):
    name, solver, tolerances = "scikit-learn liblinear", "liblinear", (1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)


class Saga(Sklearn):
    name, solver, tolerances = "scikit-learn saga", "saga", (1e-2, 1e-3, 1e-4, 1e-5)


class Adelie(LogisticPath):
    """Two classes only: adelie's multinomial model has a group penalty per feature."""

    name, tolerances = "adelie grpnet", (1e-9, 1e-10, 1e-11, 1e-12, 1e-13)

    def prepare(self) -> None:
        import adelie

        self.grpnet = adelie.grpnet
        matrix = adelie.matrix.sparse if hasattr(self.x, "tocsc") else adelie.matrix.dense
        self.design = matrix(self.x, method="naive", n_threads=self.threads)
        self.loss = adelie.glm.binomial(self.y.astype(np.float64))

    def solve(self) -> tuple[np.ndarray, np.ndarray]:
        options = {"tol": self.tolerance, "irls_tol": self.tolerance, "n_threads": self.threads}
        state = self.grpnet(
            self.design,
            self.loss,
            lmda_path=self.alphas,
            intercept=False,
            early_exit=False,
            adev_tol=1,
            progress_bar=False,
            **options,
        )
        return self.without_intercepts(state.betas.toarray())
