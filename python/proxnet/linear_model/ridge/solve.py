"""The linear systems of ridge regression, by the core; only solver="svd" is numpy's LAPACK.

The core's solutions have the same bits for any number of threads. Those of an SVD may depend on LAPACK's threads, and
the SVD cannot be interrupted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ... import _core
from .._base.convergence import uneven_features
from .._sklearn import compat

__all__ = ["LARGEST_DIRECT", "Fit", "Path", "Problem", "proved", "solve", "solve_by_svd", "solve_path"]

LARGEST_DIRECT = 8192  # rows or columns of a system that is factored: 512 MiB
_RESIDUAL = 1e-10  # tolerance of conjugate gradients along a path: |gradient| / |gradient at zero coefficients|
_MOST_FACTORS = 4  # one Cholesky factor per alpha, n^3 / 3 products; else one tridiagonal reduction, 4 n^3 / 3


class Fit(NamedTuple):
    """coef: (targets, features). intercept, gap, kkt: (targets,). iterations: per target, of iterative solvers.

    residual: the largest |gradient| / |gradient at zero coefficients| of conjugate gradients. gap: upper bound on
    ``|y - X w - b|^2 + alpha |w|^2`` minus its minimum. kkt: the largest absolute entry of half the gradient. Both are
    for the sample weights as given.
    """

    coef: np.ndarray
    intercept: np.ndarray
    iterations: list[int] | None = None
    residual: float = 0.0
    gap: np.ndarray | None = None
    kkt: np.ndarray | None = None


class Problem(NamedTuple):
    """y: (targets, rows); factors: (features,). The core rescales weights to sum to n_rows: `strength_scale`."""

    design: _core.Design
    shape: tuple[int, int]
    y: np.ndarray
    weights: np.ndarray | None
    factors: np.ndarray | None
    intercept: bool

    @property
    def arguments(self) -> tuple[_core.Design, np.ndarray, np.ndarray | None, np.ndarray | None, bool]:
        """The leading arguments of every ridge function of the core."""
        return self.design, self.y, self.weights, self.factors, self.intercept

    @property
    def strength_scale(self) -> float:
        """Multiplier of alpha for weights rescaled to sum to n_rows."""
        return 1.0 if self.weights is None else self.shape[0] / max(float(self.weights.sum()), 1e-300)


class Path(NamedTuple):
    """coef (strengths, targets, features); intercept (strengths, targets).

    loo_residuals: leave-one-out residuals times sqrt(weight), weights rescaled to sum to rows; (rows, targets,
    strengths).
    """

    coef: np.ndarray
    intercept: np.ndarray
    loo_residuals: np.ndarray | None = None

    def predictions(self, problem: Problem, strengths: slice = slice(None)) -> np.ndarray:
        """Predictions of the fit on all rows, (rows, targets, strengths)."""
        coef, intercept = self.coef[strengths], self.intercept[strengths]
        found = _core.predictions(problem.design, coef.reshape(-1, coef.shape[2]), intercept.ravel())
        return found.reshape(*intercept.shape, -1).transpose(2, 1, 0)

    def loo_predictions(self, problem: Problem) -> np.ndarray:
        """Leave-one-out predictions, shaped as `loo_residuals`; rows of weight 0 use the fit on all rows."""
        assert self.loo_residuals is not None
        targets = problem.y.T[:, :, np.newaxis]
        if problem.weights is None:
            return np.asarray(targets - self.loo_residuals)
        root = np.sqrt(problem.weights * problem.strength_scale)[:, np.newaxis, np.newaxis]
        result = targets - np.divide(self.loo_residuals, root, out=np.zeros_like(self.loo_residuals), where=root > 0)
        if (root == 0).any():
            result = np.where(root > 0, result, self.predictions(problem))
        return result


def solve_path(problem: Problem, strengths: np.ndarray, *, leave_one_out: bool = False) -> Path:
    """One decomposition up to `LARGEST_DIRECT` rows or columns; beyond, conjugate gradients (no leave-one-out)."""
    if min(problem.shape) <= LARGEST_DIRECT:
        return Path(*_core.ridge_path(*problem.arguments, np.ascontiguousarray(strengths, np.float64), leave_one_out))
    coefs, intercepts, worst = [], [], 0.0
    for strength in strengths:
        each = np.full(len(problem.y), strength)
        coef, intercept, _, residual = _core.conjugate_gradients(
            *problem.arguments, each, _RESIDUAL, 10 * problem.shape[1]
        )
        coefs.append(coef)
        intercepts.append(intercept)
        worst = max(worst, *residual)
    if worst > _RESIDUAL:
        compat.convergence_warning(
            f"Conjugate gradients stopped with a residual of {worst:.3e} of the first where tol = {_RESIDUAL:.3e}. "
            f"What helps: {'; '.join([*uneven_features(problem.design), 'use larger alphas'])}."
        )
    return Path(np.array(coefs), np.array(intercepts))


def solve(problem: Problem, strengths: np.ndarray, solver: str, tol: float, max_iter: int | None) -> Fit:
    """Solves for one strength per target; strengths are for the rescaled weights."""
    if solver == "iterative":
        limit = 10 * problem.shape[1] if max_iter is None else max_iter
        coef, intercept, iterations, residual = _core.conjugate_gradients(*problem.arguments, strengths, tol, limit)
        return Fit(coef, intercept, iterations, max(residual))
    different, which = np.unique(strengths, return_inverse=True)
    if len(different) <= _MOST_FACTORS:
        found = _core.ridge_cholesky(*problem.arguments, np.ascontiguousarray(strengths, np.float64))
        if found is not None:
            return Fit(*found)
    path, targets = solve_path(problem, different), np.arange(len(strengths))
    return Fit(path.coef[which, targets], path.intercept[which, targets])


def proved(problem: Problem, fit: Fit, strengths: np.ndarray) -> Fit:
    """The fit with `gap` and `kkt`; one strength per target, for the rescaled weights."""
    each = np.ascontiguousarray(strengths, np.float64), np.ascontiguousarray(fit.coef)
    gap, kkt = _core.ridge_certificate(*problem.arguments, *each)
    return fit._replace(gap=gap / problem.strength_scale, kkt=kkt / problem.strength_scale)


def solve_by_svd(problem: Problem, x: np.ndarray, strengths: np.ndarray) -> Fit:
    """SVD of a centred copy of X: accurate also if X'X would lose half of the digits."""
    rows, given = problem.shape[0], problem.weights
    problem.design.check_finite()
    if given is not None and not (np.isfinite(given).all() and (given >= 0).all()):
        raise ValueError(f"[fit] sample_weight must be finite and not negative, got {given.min()}")
    if given is not None and not given.any():
        raise ValueError("[fit] sample_weight must not sum to zero: every weight is zero")
    weights = np.ones(rows) if problem.weights is None else problem.weights * problem.strength_scale
    root = np.sqrt(weights)[:, np.newaxis]
    means = weights @ x / rows if problem.intercept else np.zeros(problem.shape[1])
    target_means = problem.y @ weights / rows if problem.intercept else np.zeros(len(problem.y))
    factors = np.ones(problem.shape[1]) if problem.factors is None else problem.factors
    free = factors == 0
    inner, target = (x - means) * root, (problem.y.T - target_means) * root
    explain = np.linalg.pinv(inner[:, free])  # projects the unpenalized columns out
    unit = np.sqrt(factors[~free])
    left, values, right = np.linalg.svd(_less(inner[:, ~free] / unit, inner[:, free], explain), full_matrices=False)
    turned = left.T @ _less(target, inner[:, free], explain)
    total = np.square(values)[:, np.newaxis] + strengths
    small = values[:, np.newaxis] <= max(problem.shape) * np.finfo(np.float64).eps * values.max(initial=0)
    factor = np.divide(values[:, np.newaxis], total, out=np.zeros_like(total), where=~small)
    coef = np.empty((len(problem.y), problem.shape[1]))
    coef[:, ~free] = (right.T @ (factor * turned)).T / unit
    coef[:, free] = (explain @ (target - inner[:, ~free] @ coef[:, ~free].T)).T
    return Fit(coef, target_means - coef @ means)


def _less(values: np.ndarray, free: np.ndarray, explain: np.ndarray) -> np.ndarray:
    return values - free @ (explain @ values) if free.shape[1] else values
