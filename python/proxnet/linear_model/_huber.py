"""Regression that outliers do not pull: Huber's loss with its scale."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .. import _arguments
from ._glm import read_target, solve, weight_sum
from ._inputs import feature_names, read_design, read_weights, record_features
from ._regressor import LinearRegressor
from ._start import warm_start

__all__ = ["HuberRegressor"]


class HuberRegressor(LinearRegressor):
    """Linear regression whose loss grows only linearly beyond `epsilon` scales, the scale being fitted as well.

    Minimises over w, b and the scale s ``sum_i (s + H((x_i w + b - y_i) / s) s) + alpha * (l1_ratio * |w|_1 +
    (1 - l1_ratio) * |w|_2^2)`` with ``H(t) = t^2`` up to ``|t| = epsilon`` and ``2 epsilon |t| - epsilon^2`` beyond: at
    ``l1_ratio=0`` scikit-learn's class of this name.

    Parameters
    ----------
    epsilon : float, default 1.35
        > 1; the smaller, the more rows count as outliers.
    max_iter : int, default 100
        Newton steps.
    alpha : float, default 1e-4
        Strength of the penalty, >= 0.
    l1_ratio : float, default 0.0
        0 is pure L2, 1 is pure L1.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, whose shape must be that of this one's.
    fit_intercept : bool, default True
        Fit b, which is not penalised.
    tol : float, default 1e-5
        Of the duality gap, relative to the loss without coefficients.

    Attributes
    ----------
    coef_ : array of shape (n_features,)
        Of the dtype of X; zeros are exact.
    intercept_, scale_ : float
    outliers_ : bool array of shape (n_samples,)
        Rows further than ``epsilon * scale_`` from their prediction.
    dual_gap_ : float
        The objective over the sum of the rows' weights is at most this far above its minimum (for alpha=0 an estimate
        of that, by the curvature; no bound).
    kkt_violation_ : float
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

    References
    ----------
    Owen, 2007, A robust hybrid of lasso and ridge regression.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import HuberRegressor
    >>> X = np.arange(20.0).reshape(-1, 1)
    >>> y = 2 * X[:, 0] + np.tile([0.1, -0.1], 10)
    >>> y[3] = 500.0
    >>> model = HuberRegressor().fit(X, y)
    >>> model.coef_.round(2), bool(model.outliers_[3])
    (array([2.]), True)
    """

    _multi_output = False

    def __init__(
        self,
        *,
        epsilon: Any = 1.35,
        max_iter: Any = 100,
        alpha: Any = 0.0001,
        l1_ratio: Any = 0.0,
        warm_start: Any = False,
        fit_intercept: Any = True,
        tol: Any = 1e-05,
    ) -> None:
        self.epsilon = epsilon
        self.max_iter = max_iter
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.warm_start = warm_start
        self.fit_intercept = fit_intercept
        self.tol = tol

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
        y : array of shape (n_samples,)
        sample_weight : array of shape (n_samples,), optional
            >= 0.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            For anything that is not finite, of the wrong shape, or out of its range.
        """
        design, shape, dtype = read_design(self, X)
        target = read_target(self, y, shape[0])
        names = feature_names(X)
        weights = read_weights(sample_weight, shape[0])
        alpha = _arguments.real("fit", "alpha", self.alpha, minimum=0) / weight_sum(weights, shape[0])
        ratio = _arguments.real("fit", "l1_ratio", self.l1_ratio, minimum=0, maximum=1)
        epsilon = _arguments.real("fit", "epsilon", self.epsilon, above=1)
        result = solve(
            design,
            target,
            weights,
            loss="huber",
            epsilon=epsilon,
            alphas=[alpha * (2 - ratio)],  # of l1_ratio |w| + (1 - l1_ratio) / 2 |w|^2, where ours has no half
            l1_ratio=ratio / (2 - ratio),
            fit_intercept=self.fit_intercept,
            tol=self.tol,
            max_iter=self.max_iter,
            start=warm_start(self, 1, shape[1]),
        )
        coef, intercept, scale = result["coef"][0, 0], float(result["intercept"][0, 0]), float(result["scale"][0])
        outliers = np.abs(target - design.predict(coef, intercept)) > scale * epsilon
        record_features(self, names, shape[1])
        self.coef_, self.intercept_ = coef.astype(dtype, copy=False), intercept
        self.scale_, self.outliers_ = scale, outliers
        self.dual_gap_, self.kkt_violation_ = float(result["gap"][0]), float(result["kkt"][0])
        self.n_iter_ = max(1, result["iterations"][0])
        return self
