"""Regression that outliers do not pull: Huber's loss with its scale."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, _core
from ._data import Data
from ._glm import GlmObjective
from ._regressor import LinearRegressor

__all__ = ["HuberRegressor"]


class HuberRegressor(GlmObjective, LinearRegressor):
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
    penalty_factor : array of shape (n_features,), optional
        Multiplies the strength, feature by feature; >= 0, where 0 is for a feature that is not penalised: n_samples
        numbers of memory each.

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
        The largest distance of a coefficient from its optimality condition, in units of the slope of that objective.
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

    scale_: float
    outliers_: np.ndarray
    _multi_output = False
    _scalar_weight_counts = True
    _figures = LinearRegressor._figures | {"scale_": "scale"}

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
        penalty_factor: Any = None,
    ) -> None:
        self.epsilon = epsilon
        self.max_iter = max_iter
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.warm_start = warm_start
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.penalty_factor = penalty_factor

    def _strength(self, data: Data) -> tuple[float, Any]:
        alpha, _ = super()._strength(data)
        ratio = _arguments.real("fit", "l1_ratio", self.l1_ratio, minimum=0, maximum=1)
        # of l1_ratio |w| + (1 - l1_ratio) / 2 |w|^2, where ours has no half
        return alpha / data.weight * (2 - ratio), ratio / (2 - ratio)

    def _datafit(self, data: Data) -> dict[str, Any]:
        return {"loss": _core.Loss("huber", delta=_arguments.real("fit", "epsilon", self.epsilon, above=1))}

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        found = super()._answer(data, paths, least)
        errors = data.targets.values[0] - data.design.predict(paths[0]["coef"][0, 0], found["intercept_"])
        return found | {"outliers_": np.abs(errors) > found["scale_"] * self.epsilon}
