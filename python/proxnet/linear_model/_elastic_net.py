"""Least squares with an elastic net: one base class with the only `fit`, and one row of parameters per model."""

from __future__ import annotations

from functools import partial
from typing import Any, Self

import numpy as np

from .. import _arguments
from . import _sklearn
from ._free_columns import free_columns_path
from ._gram import check_precompute
from ._inputs import feature_names, read_design, read_targets, read_weights, record_features
from ._regressor import LinearRegressor
from ._start import warm_start

__all__ = ["ElasticNet", "Lasso"]


class ElasticNetBase(LinearRegressor):
    """What `ElasticNet` and `Lasso` share: everything but the names of their parameters."""

    alpha: Any
    l1_ratio: Any = 1.0
    fit_intercept: Any
    precompute: Any
    max_iter: Any
    tol: Any
    warm_start: Any
    positive: Any
    penalty_factor: Any

    def fit(self, X: Any, y: Any, sample_weight: Any = None, check_input: Any = True) -> Self:
        """Fit, and keep the proof: `dual_gap_` bounds how far the objective is from its minimum.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            float64 and float32 are read as they lie, in C or Fortran order, CSC or CSR; other numbers as float64.
        y : array of shape (n_samples,) or (n_samples, n_targets)
            Each column is a problem of its own.
        sample_weight : array of shape (n_samples,), optional
            >= 0; only their proportions count.
        check_input : bool, default True
            Accepted for scikit-learn's sake: the input is always checked.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            For anything that is not finite, of the wrong shape, or out of its range.
        """
        design, shape, dtype = read_design(self, X)
        targets = read_targets(self, y, shape[0])
        names = feature_names(X)
        single = targets.ndim == 1 or targets.shape[1] == 1
        columns = np.ascontiguousarray(targets.reshape(shape[0], -1).T)
        start = warm_start(self, len(columns), shape[1])
        settings = self._settings(shape[1])
        weights = read_weights(sample_weight, shape[0])
        check_precompute(self.precompute, design, shape, dtype, weights, settings["fit_intercept"])
        alphas = [_arguments.real("fit", "alpha", self.alpha, minimum=0)]
        factor = settings["penalty_factor"]
        if alphas[0] == 0:
            factor = settings["penalty_factor"] = None  # nothing to multiply
        free = factor is not None and bool((factor == 0).any())
        solve = partial(free_columns_path, design) if free else partial(design.path, count=1, eps=1e-3)
        starts = [None] * len(columns) if start is None else list(start)
        results = [
            solve(column, weights, **settings, alphas=alphas, start=first)
            for column, first in zip(columns, starts, strict=True)
        ]
        for result in results:
            warn_unless_converged(result, settings["tol"])
        coef = np.concatenate([result["coef"] for result in results]).astype(dtype, copy=False)
        intercept = np.array([result["intercept"][0] for result in results])
        gaps, kkt = ([float(result[name][0]) for result in results] for name in ("gap", "kkt"))
        passes = [max(int(start is None), result["passes"][0]) for result in results]
        record_features(self, names, shape[1])
        self.coef_ = coef[0] if single else coef
        self.intercept_ = (float(intercept[0]) if single else intercept) if self.fit_intercept else 0.0
        self.dual_gap_ = gaps[0] if single else np.array(gaps)
        self.kkt_violation_ = kkt[0] if single else np.array(kkt)
        self.n_iter_ = passes[0] if single else passes
        return self

    def _settings(self, columns: int) -> dict[str, Any]:
        """The arguments of the core's path, checked, but for the alphas."""
        return path_settings(
            columns,
            l1_ratio=self.l1_ratio,
            penalty_factor=self.penalty_factor,
            positive=self.positive,
            fit_intercept=self.fit_intercept,
            tol=self.tol,
            max_iter=self.max_iter,
        )


def path_settings(
    columns: int,
    *,
    l1_ratio: Any,
    penalty_factor: Any,
    positive: Any,
    fit_intercept: Any,
    tol: Any,
    max_iter: Any,
) -> dict[str, Any]:
    """Checks the parameters that every elastic net has."""
    if penalty_factor is not None:
        penalty_factor = np.ascontiguousarray(penalty_factor, dtype=np.float64)
        if penalty_factor.shape != (columns,):
            raise ValueError(f"[fit] penalty_factor must have shape {(columns,)}, got {penalty_factor.shape}")
        wrong = np.flatnonzero(~(np.isfinite(penalty_factor) & (penalty_factor >= 0)))
        if wrong.size:
            raise ValueError(
                f"[fit] penalty_factor must be finite and >= 0, penalty_factor[{wrong[0]}] = {penalty_factor[wrong[0]]}"
            )
    return {
        "l1_ratio": _arguments.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1),
        "penalty_factor": penalty_factor,
        "positive": _arguments.flag("fit", "positive", positive),
        "fit_intercept": _arguments.flag("fit", "fit_intercept", fit_intercept),
        "tol": _arguments.real("fit", "tol", tol, minimum=0),
        "max_iter": _arguments.integer("fit", "max_iter", max_iter, minimum=1),
    }


def warn_unless_converged(result: dict[str, Any], tol: float) -> None:
    """One warning for the alphas that stopped early, with the worst gap."""
    left = [k for k, reached in enumerate(result["converged"]) if not reached]
    if left:
        worst = max(left, key=lambda k: result["gap"][k])
        scale = result["target_square"]
        _sklearn.convergence_warning(
            "Objective did not converge. You might want to increase the number of iterations. "
            f"{len(left)} of {len(result['alphas'])} alphas did not reach the tolerance; the worst, alpha = "
            f"{result['alphas'][worst]:.6g}, has a duality gap of {result['gap'][worst]:.3e} where tol * mean(y^2) = "
            f"{tol * scale:.3e}. Scaled features or a larger alpha help as well."
        )


class ElasticNet(ElasticNetBase):
    """Linear regression with an L1 and L2 penalty, and a certificate.

    Minimises ``1 / (2 n) |y - X w - b|^2 + alpha * l1_ratio * |w|_1 + alpha * (1 - l1_ratio) / 2 * |w|_2^2``, as
    scikit-learn's class of this name, by coordinate descent and Newton steps on a working set of columns.

    Parameters
    ----------
    alpha : float, default 1.0
        Strength of the penalty, >= 0.
    l1_ratio : float, default 0.5
        0 is pure L2, 1 is pure L1 (the lasso).
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    precompute : bool or array of shape (n_features, n_features), default False
        Accepted for scikit-learn's sake: the Gram matrix is formed where it pays; of a given one an entry is checked.
    copy_X, random_state, selection
        Accepted for scikit-learn's sake; X is never written, and the order of the coordinates is fixed.
    max_iter : int, default 1000
        Passes of coordinate descent over the working set.
    tol : float, default 1e-4
        Of the duality gap, relative to the mean square of the centred y.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, whose shape must be that of this one's.
    positive : bool, default False
        Only coefficients >= 0.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature; >= 0, where 0 is for a feature that is not penalised (not with
        `positive`). `PenalizedRegressor` has other penalties.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        Of the dtype of X; zeros are exact.
    intercept_ : float or array of shape (n_targets,)
    dual_gap_ : float or array of shape (n_targets,)
        The objective is at most this far above its minimum (for alpha=0 an estimate of the excess of the
        objective, by the curvature; no bound).
    kkt_violation_ : float or array of shape (n_targets,)
        The largest distance of a feature from its optimality condition, in units of alpha.
    n_iter_ : int or list of int
        Passes; 0 where a warm start is within the tolerance already.
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

    References
    ----------
    Zou and Hastie, 2005, for the model; Massias, Gramfort and Salmon, 2018, for working sets with duality gaps.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import ElasticNet
    >>> X = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    >>> model = ElasticNet(alpha=0.5, l1_ratio=0.5).fit(X, [4.0, 0.5, -4.0, -0.5])
    >>> model.coef_
    array([2.33333333, 0.        ])
    """

    def __init__(
        self,
        alpha: Any = 1.0,
        *,
        l1_ratio: Any = 0.5,
        fit_intercept: Any = True,
        precompute: Any = False,
        max_iter: Any = 1000,
        copy_X: Any = True,
        tol: Any = 1e-4,
        warm_start: Any = False,
        positive: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
    ) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.max_iter = max_iter
        self.copy_X = copy_X
        self.tol = tol
        self.warm_start = warm_start
        self.positive = positive
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor


class Lasso(ElasticNetBase):
    """Linear regression with an L1 penalty: `ElasticNet` with ``l1_ratio=1``.

    Minimises ``1 / (2 n) |y - X w - b|^2 + alpha * |w|_1``. Parameters and attributes are those of `ElasticNet`.

    Examples
    --------
    >>> from proxnet.linear_model import Lasso
    >>> model = Lasso(alpha=0.1).fit([[0, 0], [1, 1], [2, 2]], [0, 1, 2])
    >>> float(model.predict([[1, 1]])[0])
    1.0
    >>> bool(model.dual_gap_ <= 1e-4)
    True
    """

    def __init__(
        self,
        alpha: Any = 1.0,
        *,
        fit_intercept: Any = True,
        precompute: Any = False,
        copy_X: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        warm_start: Any = False,
        positive: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.copy_X = copy_X
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start
        self.positive = positive
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor
