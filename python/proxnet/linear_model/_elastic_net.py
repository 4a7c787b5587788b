"""Least squares with an elastic net: what its models share, and one row of parameters per model."""

from __future__ import annotations

from typing import Any

from .. import _arguments
from ._data import Data
from ._gram import check_precompute
from ._least_squares import elastic_net_path, elastic_net_penalty
from ._model import LinearModel
from ._paths import enet_path
from ._regressor import LinearRegressor

__all__ = ["ElasticNet", "ElasticNetObjective", "Lasso"]


class ElasticNetObjective(LinearModel):
    """Least squares with an L1 and L2 penalty on single weights."""

    l1_ratio: Any = 1.0
    precompute: Any
    positive: Any
    penalty_factor: Any
    standardize: Any
    _path: Any = staticmethod(elastic_net_path)

    def _objective(self, data: Data, l1_ratio: Any) -> dict[str, Any]:
        penalty = elastic_net_penalty(
            data.shape[1], l1_ratio=l1_ratio, penalty_factor=self.penalty_factor, positive=self.positive
        )
        return penalty | {"standardize": _arguments.flag("fit", "standardize", self.standardize)}


class ElasticNetBase(ElasticNetObjective, LinearRegressor):
    """What `ElasticNet` and `Lasso` share: everything but the names of their parameters."""

    path = staticmethod(enet_path)

    def _settings(self, data: Data) -> dict[str, Any]:
        settings = super()._settings(data)
        weights, intercept = data.targets.weights, settings["fit_intercept"]
        check_precompute(self.precompute, data.design, data.shape, data.dtype, weights, intercept)
        return settings


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
        Of the duality gap, relative to the mean square of the centred y, less what features that are not penalised
        explain of it.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, whose shape must be that of this one's.
    positive : bool, default False
        Only coefficients >= 0.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature; >= 0, where 0 is for a feature that is not penalised (not with
        `positive`): n_samples extra values for each. Redundant (collinear) features among them get coefficient 0.
        `PenalizedRegressor` has other penalties.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation (weighted, about the mean also without
        an intercept; a constant column is divided by 1), as glmnet and adelie do. X is not copied, sparse X stays
        sparse, and `coef_` is for X as it is; `alpha`, `dual_gap_` and `kkt_violation_` are of the standardised
        problem.

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
        standardize: Any = False,
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
        self.standardize = standardize


class Lasso(ElasticNetBase):
    """Linear regression with an L1 penalty: `ElasticNet` with ``l1_ratio=1``.

    Minimises ``1 / (2 n) |y - X w - b|^2 + alpha * |w|_1``.

    Parameters
    ----------
    alpha : float, default 1.0
        Strength of the penalty, >= 0.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    precompute : bool or array of shape (n_features, n_features), default False
        Accepted for scikit-learn's sake: the Gram matrix is formed where it pays; of a given one an entry is checked.
    copy_X, random_state, selection
        Accepted for scikit-learn's sake; X is never written, and the order of the coordinates is fixed.
    max_iter : int, default 1000
        Passes of coordinate descent over the working set.
    tol : float, default 1e-4
        Of the duality gap, relative to the mean square of the centred y, less what features that are not penalised
        explain of it.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, whose shape must be that of this one's.
    positive : bool, default False
        Only coefficients >= 0.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature; >= 0, where 0 is for a feature that is not penalised (not with
        `positive`): n_samples extra values for each. Redundant (collinear) features among them get coefficient 0.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation (weighted, about the mean also without
        an intercept; a constant column is divided by 1), as glmnet and adelie do. X is not copied, sparse X stays
        sparse, and `coef_` is for X as it is; `alpha`, `dual_gap_` and `kkt_violation_` are of the standardised
        problem.

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
        standardize: Any = False,
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
        self.standardize = standardize
