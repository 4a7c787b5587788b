"""Ridge regression: least squares with an L2 penalty, for many targets at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import _check
from ...data import numbers
from .._base.convergence import uneven_features
from .._base.model import LinearModel
from .._base.regressor import LinearRegressor
from .._input.data import Data
from .._input.inputs import read_factors
from .._input.rounding import rounded
from .._sklearn import compat
from ..elastic_net import elastic_net_path, elastic_net_penalty
from .solve import LARGEST_DIRECT, Fit, Problem, proved, solve, solve_by_svd

__all__ = ["Ridge", "RidgeBase", "RidgeModel"]


class RidgeModel(LinearModel):
    """``sum_i w_i (y_i - x_i w - b)^2 + alpha |w|^2`` for each target; all targets share the products of X."""

    penalty_factor: Any
    _scalar_weight_counts = True

    def _problem(self, data: Data) -> Problem:
        intercept = _check.flag("fit", "fit_intercept", self.fit_intercept)
        factors = read_factors(self.penalty_factor, data.shape[1])
        return Problem(data.design, data.shape, data.targets.values, data.targets.weights, factors, intercept)

    def _shaped(self, data: Data, fit: Fit) -> dict[str, Any]:
        """The fitted attributes; `coef_` is 1-d for one target, `intercept_` a scalar for 1-d y."""
        assert fit.gap is not None
        assert fit.kkt is not None
        targets = len(fit.coef)
        figures = {"dual_gap_": fit.gap, "kkt_violation_": fit.kkt}
        iterations = np.maximum(1, np.array(fit.iterations or [1] * targets, np.int32))
        shown = {name: float(values[0]) if targets == 1 else values for name, values in figures.items()}
        coefs, intercepts = rounded(
            data.design, fit.coef, fit.intercept, data.dtype, data.targets.weights, self.fit_intercept
        )
        coef = coefs[0] if targets == 1 else coefs
        intercept = intercepts[0] if data.truth.ndim == 1 else intercepts
        return shown | {
            "coef_": coef,
            "intercept_": intercept if self.fit_intercept else 0.0,
            "n_iter_": iterations,
        }


_SOLVERS = ("auto", "svd", "cholesky", "lsqr", "sparse_cg", "sag", "saga", "lbfgs")


class RidgeBase(RidgeModel):
    """The parameters and the solver of `Ridge` and `RidgeClassifier`."""

    copy_X: Any
    solver: Any
    positive: Any
    random_state: Any
    solver_: str

    def _solve(self, data: Data) -> dict[str, Any]:
        problem, (rows, columns) = self._problem(data), data.shape
        targets = len(problem.y)
        alphas = self._alphas(targets)
        tol = _check.real("fit", "tol", self.tol, minimum=0)
        max_iter = None if self.max_iter is None else _check.integer("fit", "max_iter", self.max_iter, minimum=1)
        solver = _check.choice("fit", "solver", self.solver, _SOLVERS)
        strengths = alphas * problem.strength_scale
        if _check.flag("fit", "positive", self.positive):
            if solver not in ("auto", "lbfgs"):
                raise ValueError(f"[fit] solver={_check.shown(solver)} does not support positive=True; use 'auto'")
            elastic_net_penalty(columns, l1_ratio=0, penalty_factor=problem.factors, positive=True)
            solver = "coordinate_descent"
            fit = self._solve_positive(problem, alphas, tol, 10000 if max_iter is None else max_iter)
        else:
            if solver == "auto":
                solver = "cholesky" if min(rows, columns) <= LARGEST_DIRECT else "sparse_cg"
            if solver == "svd":
                if hasattr(data.x, "tocsc"):
                    raise ValueError(
                        "[fit] solver='svd' does not support a sparse X; use 'cholesky' or 'sparse_cg' for one"
                    )
                fit = solve_by_svd(problem, np.asarray(data.x, np.float64), strengths)
            else:
                how = "direct" if solver == "cholesky" else "iterative"
                fit = solve(problem, strengths, how, tol, max_iter)
        if fit.gap is None:
            fit = proved(problem, fit, strengths)
        assert fit.gap is not None
        if fit.residual > tol:
            made, limit = max(fit.iterations or [0]), 10 * columns if max_iter is None else max_iter
            helps = ["use solver='cholesky'", *uneven_features(problem.design), "use a larger alpha"]
            helps = [f"raise max_iter above {limit}", *helps] if made >= limit else helps
            compat.convergence_warning(
                f"{solver} did not converge after {made} iterations. Conjugate gradients stopped with a residual of "
                f"{fit.residual:.3e} of the first where tol = {tol:.3e}; the objective is at most {fit.gap.max():.3e} "
                f"above its minimum. What helps: {'; '.join(helps)}."
            )
        return self._shaped(data, fit) | {"solver_": solver}

    def _alphas(self, targets: int) -> np.ndarray:
        if not np.iterable(self.alpha) or isinstance(self.alpha, str):
            return np.full(targets, _check.real("fit", "alpha", self.alpha, minimum=0))
        alphas = numbers("fit", "alpha", self.alpha, np.dtype(np.float64))
        if alphas.shape != (targets,):
            raise ValueError(
                f"[fit] Number of targets and number of penalties do not correspond: {alphas.size} != {targets}"
            )
        return np.array([_check.real("fit", "alpha", alpha, minimum=0) for alpha in alphas])

    @staticmethod
    def _solve_positive(problem: Problem, alphas: np.ndarray, tol: float, max_iter: int) -> Fit:
        gap = min(tol, 1e-4) ** 2  # the gap is quadratic in the error of the coefficients
        total = problem.shape[0] if problem.weights is None else max(float(problem.weights.sum()), 1e-300)
        paths = [
            elastic_net_path(
                problem.design,
                target,
                problem.weights,
                l1_ratio=0.0,
                penalty_factor=problem.factors,
                positive=True,
                fit_intercept=problem.intercept,
                alphas=[alpha / total],
                count=1,
                eps=1e-3,
                tol=gap,
                max_iter=max_iter,
                start=None,
            )
            for target, alpha in zip(problem.y[:, np.newaxis], alphas, strict=True)
        ]
        coef, intercept = (np.concatenate([path[name][0] for path in paths]) for name in ("coef", "intercept"))
        iterations = [path["iterations"][0] for path in paths]
        # The path's objective is that of ridge regression divided by 2 * total.
        gaps, violations = (np.array([path[name][0] for path in paths]) * total for name in ("gap", "kkt"))
        return Fit(coef, intercept, iterations, gap=2 * gaps, kkt=violations)


class Ridge(RidgeBase, LinearRegressor):
    """Linear regression with an L2 penalty.

    Minimises ``|y - X w - b|^2 + alpha * |w|^2``, as scikit-learn's class of this name (no 1/2, not divided by n).

    Parameters
    ----------
    alpha : float or array of shape (n_targets,), default 1.0
        Penalty parameter, >= 0; 0 is least squares (the minimum-norm solution if there are several).
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    copy_X, random_state
        Accepted for compatibility with scikit-learn; X is never modified.
    max_iter : int, optional
        Maximum number of conjugate gradient iterations; default 10 * n_features.
    tol : float, default 1e-4
        Conjugate gradient tolerance: norm of the gradient, relative to that at zero coefficients.
    solver : str, default "auto"
        "cholesky" factors ``X'X + alpha I``, or ``X X' + alpha I`` if there are more features than rows; a singular
        matrix is solved by its eigenvectors. "svd" decomposes a centred copy of a dense X: the most accurate, but
        numpy's SVD cannot be interrupted by Ctrl-C. "sparse_cg" runs conjugate gradients, as do "lsqr", "sag", "saga"
        and "lbfgs". "auto" is "cholesky" if min(n_samples, n_features) <= 8192, else "sparse_cg".
    positive : bool, default False
        Constrain the coefficients to be >= 0; solved by coordinate descent.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0: ``alpha * sum(penalty_factor * w ** 2)``. A factor of 0 leaves the
        feature unpenalized (not allowed with `positive`); the solver keeps a copy of its column.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        In the dtype of X.
    intercept_ : float or array of shape (n_targets,)
    dual_gap_ : float or array of shape (n_targets,)
        Duality gap: upper bound on the objective minus its minimum. For alpha=0 only an estimate: the decrease by one
        gradient step.
    kkt_violation_ : float or array of shape (n_targets,)
        Largest absolute entry of half the gradient (with `positive` the KKT violation), on the scale of X'y.
    n_iter_ : array of shape (n_targets,)
        1 for direct solvers.
    solver_ : str
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    References
    ----------
    Hoerl and Kennard, 1970.

    Examples
    --------
    >>> from proxnet.linear_model import Ridge
    >>> model = Ridge(alpha=1.0).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])
    >>> model.coef_
    array([0.66666667])
    """

    def __init__(
        self,
        alpha: Any = 1.0,
        *,
        fit_intercept: Any = True,
        copy_X: Any = True,
        max_iter: Any = None,
        tol: Any = 1e-4,
        solver: Any = "auto",
        positive: Any = False,
        random_state: Any = None,
        penalty_factor: Any = None,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.max_iter = max_iter
        self.tol = tol
        self.solver = solver
        self.positive = positive
        self.random_state = random_state
        self.penalty_factor = penalty_factor
