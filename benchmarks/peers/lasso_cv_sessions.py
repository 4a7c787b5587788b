"""LassoCV: the problem, and one session per solver."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

ROWS, COLS, FOLDS, ALPHAS = 500, 5000, 5, 100
TOLERANCE = 1e-6  # on the gap relative to |y|^2, in all three libraries


def problem() -> tuple[np.ndarray, np.ndarray]:
    """(X in Fortran order, y): 30 true coefficients, noise half as strong as the signal."""
    rng = np.random.default_rng(0)
    x = np.asfortranarray(rng.normal(size=(ROWS, COLS)))
    signal = x[:, :30] @ rng.normal(size=30)
    return x, signal + 0.5 * signal.std() * rng.normal(size=ROWS)


class LassoCVSession:
    """A LassoCV over 100 alphas and 5 folds, and the fit at the alpha it chooses."""

    name, tolerance = "", TOLERANCE
    steps, flop = 1, 0.0

    def __init__(self, threads: int) -> None:
        warnings.simplefilter("ignore")
        self.x, self.y = problem()
        self.model = self.make(threads)
        self.configuration = f"{self.name}, tolerance {self.tolerance:g}, {threads} thread(s)"

    def make(self, threads: int) -> Any:
        raise NotImplementedError

    def run(self) -> None:
        self.model.fit(self.x, self.y)

    def report(self) -> dict[str, Any]:
        """The chosen alpha, its cross-validation error, and the gap of the fit there relative to |y|^2 / n."""
        y, w, alpha = self.y - self.y.mean(), self.model.coef_, self.model.alpha_
        x = self.x - self.x.mean(axis=0)
        r = y - x @ w
        scale = min(1.0, alpha * ROWS / np.abs(x.T @ r).max())
        gap = 0.5 * (1 + scale**2) * (r @ r) + alpha * ROWS * np.abs(w).sum() - scale * (r @ y)
        error = float(np.asarray(self.model.mse_path_).mean(axis=-1).min())
        return {"alpha": float(alpha), "mse": error, "gap": float(gap / (y @ y)), "nonzero": int((w != 0).sum())}


class Ours(LassoCVSession):
    name = "proxnet LassoCV"

    def make(self, threads: int) -> Any:
        from proxnet.linear_model import LassoCV

        return LassoCV(alphas=ALPHAS, cv=FOLDS, tol=TOLERANCE)


class Sklearn(LassoCVSession):
    name, tolerance = "scikit-learn LassoCV", 1e-4  # its default: at 1e-6 one fit takes minutes

    def make(self, threads: int) -> Any:
        from sklearn.linear_model import LassoCV

        return LassoCV(alphas=ALPHAS, cv=FOLDS, tol=self.tolerance, max_iter=100_000, n_jobs=threads)


class CelerCV:
    """What celer's LassoCV (broken by scikit-learn 1.9) does: a path per fold, then one down to the best alpha."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        from celer import celer_path
        from joblib import Parallel, delayed

        def centred(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.asfortranarray(x[rows] - x[rows].mean(axis=0)), y[rows] - y[rows].mean()

        def errors(fold: np.ndarray) -> np.ndarray:
            train = np.setdiff1d(np.arange(len(y)), fold)
            coefs = celer_path(*centred(train), "lasso", alphas=alphas, tol=TOLERANCE)[1]
            rest = (y[fold] - y[train].mean())[:, None] - (x[fold] - x[train].mean(axis=0)) @ coefs
            return (rest**2).mean(axis=0)

        everything = centred(np.arange(len(y)))
        alphas = np.abs(everything[0].T @ everything[1]).max() / len(y) * 1e-3 ** (np.arange(ALPHAS) / (ALPHAS - 1))
        folds = np.array_split(np.arange(len(y)), FOLDS)
        self.mse_path_ = np.array(Parallel(n_jobs=self.threads)(delayed(errors)(fold) for fold in folds)).T
        best = int(self.mse_path_.mean(axis=1).argmin())
        self.alpha_ = alphas[best]
        self.coef_ = celer_path(*everything, "lasso", alphas=alphas[: best + 1], tol=TOLERANCE)[1][:, -1]


class Celer(LassoCVSession):
    name = "celer_path on folds"

    def make(self, threads: int) -> Any:
        import celer  # noqa: F401  (so that it is left out where it is missing)

        return CelerCV(threads)
