"""The linear systems of ridge regression: by the core, but for LAPACK's decompositions through numpy.

The core's answers have the same bits for any number of threads; the bits of an eigendecomposition or SVD are those of
numpy's LAPACK, which may depend on its threads, and it cannot be interrupted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .. import _core
from . import _sklearn

__all__ = ["LARGEST_DIRECT", "Fit", "Gradients", "Problem", "Spectrum", "solve", "solve_by_svd", "solver_of_path"]

LARGEST_DIRECT = 8192  # rows or columns of a system that is decomposed: 512 MiB
_RESIDUAL = 1e-10  # of conjugate gradients along a path, of the gradient at zero
_MOST_FACTORS = 16  # Cholesky factors take n^3 / 3 products each, eigenvectors some 9 n^3 to 25 n^3 for all strengths


class Fit(NamedTuple):
    """coef (targets, features); intercepts (targets,); iterations of a solver that makes some; what is left.

    gap, kkt (targets,): the excess of ``|y - X w - b|^2 + alpha |w|^2`` at most, and the largest entry of half its
    gradient, weights as given.
    """

    coef: np.ndarray
    intercept: np.ndarray
    iterations: list[int] | None = None
    residual: float = 0.0
    gap: np.ndarray | None = None
    kkt: np.ndarray | None = None


class Problem(NamedTuple):
    """y: (targets, rows). Strengths are those of the rescaled weights: see `strength_scale`."""

    design: _core.Design
    shape: tuple[int, int]
    y: np.ndarray
    weights: np.ndarray | None
    intercept: bool

    @property
    def arguments(self) -> tuple[_core.Design, np.ndarray, np.ndarray | None, bool]:
        """What every function of the core begins with."""
        return self.design, self.y, self.weights, self.intercept

    @property
    def strength_scale(self) -> float:
        """Of alpha, for weights rescaled to the sum of rows."""
        return 1.0 if self.weights is None else self.shape[0] / max(float(self.weights.sum()), 1e-300)


def _inverse(values: np.ndarray, strengths: np.ndarray) -> np.ndarray:
    """1 / (value + strength), (values, strengths); 0 where the sum is rounding: the solution of least norm."""
    total = np.maximum(values, 0)[:, np.newaxis] + strengths
    floor = len(values) * np.finfo(np.float64).eps * max(float(values.max(initial=0)), 1e-300)
    return np.divide(1.0, total, out=np.zeros_like(total), where=total > floor)


class Spectrum:
    """One eigendecomposition that serves every strength: of X'X where X has more rows than columns, else of X X'."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        rows, columns = problem.shape
        self.dual = rows <= columns
        if self.dual:
            product, target, root, self.means, self.target_means = _core.row_products(*problem.arguments)
            if problem.intercept:  # the direction of the intercept becomes the last eigenvector, and is left out
                unit = (root if len(root) else np.ones(rows)) / np.sqrt(rows)
                product += 2 * max(float(np.trace(product)), 1.0) * np.outer(unit, unit)
            values, vectors = np.linalg.eigh(product)
            keep = rows - 1 if problem.intercept else rows
            self.values, self.vectors = values[:keep], vectors[:, :keep]
            self.target = target @ self.vectors
        else:
            product, self.means, self.target_means = _core.cross_products(*problem.arguments)
            self.values, self.vectors = np.linalg.eigh(product[:columns, :columns])
            self.target = product[columns:, :columns] @ self.vectors

    def coefficients(self, strengths: np.ndarray) -> np.ndarray:
        """(strengths, targets, features)."""
        inverse = _inverse(self.values, strengths)
        scaled = self.target[np.newaxis] * inverse.T[:, np.newaxis]  # (strengths, targets, values)
        solved = scaled @ self.vectors.T
        if not self.dual:
            return np.asarray(solved)
        flat = np.ascontiguousarray(solved.reshape(-1, self.problem.shape[0]))
        return _core.transposed_products(*self.problem.arguments, flat).reshape(*solved.shape[:2], -1)

    def intercepts(self, coef: np.ndarray) -> np.ndarray:
        """Of coefficients (..., targets, features)."""
        return np.asarray(self.target_means - coef @ self.means)

    def predictions(self, errors: np.ndarray, strengths: np.ndarray) -> np.ndarray:
        """Of the rows left out, by their errors of `leave_one_out`; of a row without weight by the fit on all rows."""
        targets = self.problem.y.T[:, :, np.newaxis]
        if self.problem.weights is None:
            return np.asarray(targets - errors)
        root = np.sqrt(self.problem.weights * self.problem.strength_scale)[:, np.newaxis, np.newaxis]
        result = targets - np.divide(errors, root, out=np.zeros_like(errors), where=root > 0)
        if (root == 0).any():
            path = np.ascontiguousarray(self.coefficients(strengths))
            each = zip(path.reshape(-1, path.shape[2]), self.intercepts(path).ravel(), strict=True)
            full = np.stack([self.problem.design.predict(w, float(b)) for w, b in each], axis=1)
            full = full.reshape(len(full), len(strengths), -1).transpose(0, 2, 1)
            result = np.where(root > 0, result, full)
        return result

    def leave_one_out(self, strengths: np.ndarray) -> np.ndarray:
        """Errors of rows left out times the root of their weight (which sum to rows), (rows, targets, strengths)."""
        if not self.dual:
            values = np.maximum(self.values, 0)
            target = np.ascontiguousarray(self.target)
            return _core.leave_one_out(*self.problem.arguments, self.vectors.copy(), values, target, strengths)
        inverse = 1 / (np.maximum(self.values, 0)[:, np.newaxis] + strengths)
        slack = np.square(self.vectors) @ inverse
        return np.stack([(self.vectors * target) @ inverse / slack for target in self.target], axis=1)


class Gradients:
    """What a `Spectrum` is asked for along a path, of systems too large to decompose: a solution for each strength."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.means, self.target_means = np.zeros(problem.shape[1]), np.zeros(len(problem.y))

    def coefficients(self, strengths: np.ndarray) -> np.ndarray:
        """(strengths, targets, features)."""
        path, worst = [], 0.0
        for strength in strengths:
            each = np.full(len(self.problem.y), strength)
            coef, self.means, self.target_means, _, residual = _core.conjugate_gradients(
                *self.problem.arguments, each, _RESIDUAL, 10 * self.problem.shape[1]
            )
            path.append(coef)
            worst = max(worst, *residual)
        if worst > _RESIDUAL:
            _sklearn.convergence_warning(
                f"Conjugate gradients stopped with a residual of {worst:.3e} of the first where tol = "
                f"{_RESIDUAL:.3e}. Scaled features or larger alphas help."
            )
        return np.array(path)

    def intercepts(self, coef: np.ndarray) -> np.ndarray:
        """Of coefficients (..., targets, features)."""
        return np.asarray(self.target_means - coef @ self.means)


def solver_of_path(problem: Problem) -> Spectrum | Gradients:
    """One decomposition for all strengths up to `LARGEST_DIRECT` rows or columns, else conjugate gradients."""
    return Spectrum(problem) if min(problem.shape) <= LARGEST_DIRECT else Gradients(problem)


def solve(problem: Problem, strengths: np.ndarray, solver: str, tol: float, max_iter: int | None) -> Fit:
    """strengths: one a target, of the rescaled weights."""
    if solver == "iterative":
        return _by_gradients(problem, strengths, tol, 10 * problem.shape[1] if max_iter is None else max_iter)
    if len(np.unique(strengths)) <= _MOST_FACTORS:
        found = _core.ridge_cholesky(*problem.arguments, np.ascontiguousarray(strengths, np.float64))
        if found is not None:
            coef, means, target_means = found
            return Fit(coef, target_means - (coef * means).sum(axis=1))
    return _by_spectrum(problem, strengths)


def _by_gradients(problem: Problem, strengths: np.ndarray, tol: float, limit: int) -> Fit:
    coef, means, target_means, iterations, residual = _core.conjugate_gradients(
        *problem.arguments, strengths, tol, limit
    )
    return Fit(coef, target_means - coef @ means, list(iterations), max(residual))


def _by_spectrum(problem: Problem, strengths: np.ndarray) -> Fit:
    spectrum = Spectrum(problem)
    different, which = np.unique(strengths, return_inverse=True)
    coef = spectrum.coefficients(different)[which, np.arange(len(strengths))]
    return Fit(coef, spectrum.intercepts(coef))


def solve_by_svd(problem: Problem, x: np.ndarray, strengths: np.ndarray) -> Fit:
    """Of a centred copy of X: the accurate way where X'X would lose half of the digits."""
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
    left, values, right = np.linalg.svd((x - means) * root, full_matrices=False)
    target = left.T @ ((problem.y.T - target_means) * root)
    total = np.square(values)[:, np.newaxis] + strengths
    small = values[:, np.newaxis] <= max(problem.shape) * np.finfo(np.float64).eps * values.max(initial=0)
    factor = np.divide(values[:, np.newaxis], total, out=np.zeros_like(total), where=~small)
    coef = (right.T @ (factor * target)).T
    return Fit(coef, target_means - coef @ means)
