"""Group lasso and sparse group lasso: the estimators, their cross-validation, and the path function."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _check, _core
from ._base.estimator import PathCall
from ._base.model import LinearModel
from ._base.operation import names_itself
from ._base.regressor import LinearRegressor
from ._base.start import read_start
from ._cv.alpha_search import AlphaSearch
from ._input.alphas import alpha_arguments
from ._input.data import Data
from ._input.groups import read_groups
from ._input.inputs import feature_names, read_design, read_factors, read_targets, read_weights
from .elastic_net import groups_path

__all__ = ["GroupLasso", "GroupLassoCV", "GroupObjective", "SparseGroupLasso", "group_path"]


class GroupObjective(LinearModel):
    """Least squares with an L1 penalty and a norm per group of coefficients."""

    groups: Any
    group_weights: Any
    l1_ratio: Any = 0.0
    penalty_factor: Any = None
    _path = staticmethod(groups_path)

    def _objective(self, data: Data, l1_ratio: Any) -> dict[str, Any]:
        return group_penalty(
            self.groups, self.group_weights, self.penalty_factor, l1_ratio, data.shape[1], feature_names(data.x)
        )


class SparseGroupLasso(GroupObjective, LinearRegressor):
    """Linear regression that selects groups of features, and features within them.

    Minimises ``1 / (2 n) |y - X w - b|^2 + alpha * (l1_ratio * sum_j factor_j |w_j| + (1 - l1_ratio) * sum_g weight_g
    |w_g|_2)``, by block coordinate descent on a working set of groups.

    Parameters
    ----------
    groups : int, list of lists of int or str, dict of such lists, or array of shape (n_features,), optional
        The size of equal groups of adjacent columns; or a list of columns per group, by index or (for a data frame) by
        name; or one label per feature. By default every feature is its own group.
    alpha : float, default 1.0
        Penalty parameter, >= 0.
    l1_ratio : float, default 0.5
        0 is the group lasso, 1 the lasso.
    group_weights : array of shape (n_groups,), optional
        >= 0, one per group in the order of the lists or of the sorted labels. Default: sqrt(group size).
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set).
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of the centred y.
    warm_start : bool, default False
        Start from `coef_` of the previous fit, which must have the same shape.
    penalty_factor : array of shape (n_features,), optional
        factor_j, >= 0, default 1: per-feature multiplier of the L1 term. A feature with neither an L1 nor a group term
        (for example in a group of weight 0 at l1_ratio=0) is unpenalized and takes n_samples extra values of memory.
        Redundant (collinear) unpenalized features get coefficient 0.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        In the dtype of X; zeros are exact.
    intercept_ : float or array of shape (n_targets,)
    dual_gap_ : float or array of shape (n_targets,)
        Duality gap: upper bound on the objective minus its minimum.
    kkt_violation_ : float or array of shape (n_targets,)
        Largest KKT violation over the groups, on the scale of alpha.
    n_iter_ : int or list of int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    References
    ----------
    Simon, Friedman, Hastie and Tibshirani, 2013.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import SparseGroupLasso
    >>> X = np.vstack([np.eye(4), -np.eye(4)])
    >>> y = X @ [4.0, 0.4, 0.4, 0.4]
    >>> SparseGroupLasso([[0, 1], [2, 3]], alpha=0.1, tol=1e-10).fit(X, y).coef_.round(3)
    array([3.518, 0.185, 0.   , 0.   ])
    """

    def __init__(
        self,
        groups: Any = None,
        alpha: Any = 1.0,
        *,
        l1_ratio: Any = 0.5,
        group_weights: Any = None,
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        warm_start: Any = False,
        penalty_factor: Any = None,
    ) -> None:
        self.groups = groups
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.group_weights = group_weights
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start
        self.penalty_factor = penalty_factor


class GroupLasso(GroupObjective, LinearRegressor):
    """Linear regression that selects groups of features: `SparseGroupLasso` with ``l1_ratio=0``.

    Minimises ``1 / (2 n) |y - X w - b|^2 + alpha * sum_g weight_g |w_g|_2``; groups of weight 0 are not penalised.

    Parameters
    ----------
    groups : int, list of lists of int or str, dict of such lists, or array of shape (n_features,), optional
        The size of equal groups of adjacent columns; or a list of columns per group, by index or (for a data frame) by
        name; or one label per feature. By default every feature is its own group.
    alpha : float, default 1.0
        Penalty parameter, >= 0.
    group_weights : array of shape (n_groups,), optional
        >= 0, one per group in the order of the lists or of the sorted labels. Default: sqrt(group size).
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set).
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of the centred y.
    warm_start : bool, default False
        Start from `coef_` of the previous fit, which must have the same shape.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        In the dtype of X; zeros are exact.
    intercept_ : float or array of shape (n_targets,)
    dual_gap_ : float or array of shape (n_targets,)
        Duality gap: upper bound on the objective minus its minimum.
    kkt_violation_ : float or array of shape (n_targets,)
        Largest KKT violation over the groups, on the scale of alpha.
    n_iter_ : int or list of int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    References
    ----------
    Yuan and Lin, 2006.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import GroupLasso
    >>> X = np.vstack([np.eye(4), -np.eye(4)])
    >>> y = X @ [3.0, 4.0, 0.4, 0.4]
    >>> GroupLasso(["a", "a", "b", "b"], alpha=0.25, group_weights=[1, 1], tol=1e-10).fit(X, y).coef_.round(3)
    array([2.4, 3.2, 0. , 0. ])
    """

    def __init__(
        self,
        groups: Any = None,
        alpha: Any = 1.0,
        *,
        group_weights: Any = None,
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        warm_start: Any = False,
    ) -> None:
        self.groups = groups
        self.alpha = alpha
        self.group_weights = group_weights
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start


def group_penalty(
    groups: Any, weights: Any, penalty_factor: Any, l1_ratio: Any, columns: int, names: np.ndarray | None
) -> dict[str, Any]:
    """The core's arguments of a sparse group lasso."""
    ratio = _check.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1)
    starts, members, norms = read_groups(groups, weights, columns, names)
    return {
        "l1": ratio,
        "l2": 0.0,
        "starts": starts,
        "members": members,
        "norms": ((1 - ratio) * norms).tolist(),
        "factors": read_factors(penalty_factor, columns),
    }


@names_itself("group_path")
def group_path(
    X: Any,
    y: Any,
    groups: Any = None,
    *,
    l1_ratio: Any = 0.0,
    group_weights: Any = None,
    eps: Any = 1e-3,
    alphas: Any = 100,
    tol: Any = 1e-4,
    max_iter: Any = 1000,
    sample_weight: Any = None,
    coef_init: Any = None,
    return_n_iter: Any = False,
    penalty_factor: Any = None,
) -> tuple[Any, ...]:
    """The (sparse) group lasso's solutions along decreasing alphas; no intercept is fitted, as in `lasso_path`.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,) or (n_samples, n_targets)
        With several targets, a group holds the coefficients of its features for all targets (multi-task).
    groups : int, list of lists of int or str, dict of such lists, or array of shape (n_features,), optional
        The size of equal groups of adjacent columns; or a list of columns per group, by index or (for a data frame) by
        name; or one label per feature. By default every feature is its own group.
    l1_ratio : float, default 0.0
        0 is the group lasso, 1 the lasso.
    group_weights : array of shape (n_groups,), optional
        >= 0, one per group in the order of the lists or of the sorted labels. Default: sqrt(group size).
    eps : float, default 1e-3
        alpha_min / alpha_max of an automatic grid.
    alphas : int or array, default 100
        The values, or the size of a grid from alpha_max (the smallest alpha at which all coefficients are zero) down to
        eps * alpha_max.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of y.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set) per alpha.
    sample_weight : array of shape (n_samples,), optional
        >= 0; only their proportions count.
    coef_init : array of shape (n_features,) or (n_targets, n_features), optional
        Starting point for the first alpha.
    return_n_iter : bool, default False
        Also return the numbers of iterations.
    penalty_factor : array of shape (n_features,), optional
        factor_j, >= 0, default 1: per-feature multiplier of the L1 term. A feature with neither an L1 nor a group term
        (for example in a group of weight 0 at l1_ratio=0) is unpenalized and takes n_samples extra values of memory.
        Redundant (collinear) unpenalized features get coefficient 0.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas) or (n_targets, n_features, n_alphas)
    dual_gaps : array of shape (n_alphas,)
    n_iters : list of int, with `return_n_iter`

    Raises
    ------
    ValueError, TypeError
        As `SparseGroupLasso.fit`.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import group_path
    >>> alphas, coefs, gaps = group_path(np.eye(4), [3.0, 4.0, 0.4, 0.4], [[0, 1], [2, 3]], alphas=3)
    >>> np.count_nonzero(coefs, axis=0)
    array([0, 4, 4])
    """
    _check.flag("path", "return_n_iter", return_n_iter)
    asks = PathCall.of("group_path")
    design, shape, dtype = read_design(asks, X)
    targets = read_targets(asks, y, shape[0])
    columns = np.ascontiguousarray(targets.reshape(shape[0], -1).T)
    result = groups_path(
        design,
        columns,
        read_weights(sample_weight, shape[0]),
        **group_penalty(groups, group_weights, penalty_factor, l1_ratio, shape[1], feature_names(X)),
        **alpha_arguments(alphas, eps),
        fit_intercept=False,
        tol=_check.real("path", "tol", tol, minimum=0),
        max_iter=_check.integer("path", "max_iter", max_iter, minimum=1),
        start=read_start("path", "coef_init", coef_init, len(columns), shape[1]),
    )
    coefs = np.moveaxis(result["coef"], 0, -1).astype(dtype, copy=False)
    found = (result["alphas"], coefs[0] if targets.ndim == 1 else coefs, result["gap"])
    return (*found, list(result["iterations"])) if return_n_iter else found


class GroupLassoCV(GroupObjective, AlphaSearch):
    """`SparseGroupLasso` whose alpha (and l1_ratio) is chosen by cross-validation; by default `GroupLasso`.

    Parameters
    ----------
    groups : int, list of lists of int or str, dict of such lists, or array of shape (n_features,), optional
        The size of equal groups of adjacent columns; or a list of columns per group, by index or (for a data frame) by
        name; or one label per feature. By default every feature is its own group.
    l1_ratio : float or list of float, default 0.0
        Values to try; 0 is the group lasso.
    group_weights : array of shape (n_groups,), optional
        >= 0, one per group in the order of the lists or of the sorted labels. Default: sqrt(group size).
    eps : float, default 1e-3
        alpha_min / alpha_max of an automatic grid.
    alphas : int or array, default 100
        How many alphas, or the values.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    rule : "min" or "1se", default "min"
        "min": the alpha of the smallest mean error. "1se": the largest alpha within one standard error of it.
    refit : bool, default True
        If True, refit on all rows at the chosen alpha. If False, average the coefficients of the folds; `dual_gap_` and
        `kkt_violation_` are then the maxima over the folds.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set) per alpha.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of the centred y.
    penalty_factor : array of shape (n_features,), optional
        factor_j, >= 0, default 1: per-feature multiplier of the L1 term. A feature with neither an L1 nor a group term
        (for example in a group of weight 0 at l1_ratio=0) is unpenalized and takes n_samples extra values of memory.
        Redundant (collinear) unpenalized features get coefficient 0.

    Attributes
    ----------
    alpha_, l1_ratio_, alpha_min_, alpha_1se_ : float
    coef_, intercept_, dual_gap_, kkt_violation_, n_iter_
        From the fit on all rows at `alpha_`.
    alphas_ : array of shape (n_alphas,) or (n_l1_ratios, n_alphas)
        In decreasing order; two-dimensional if each of several l1_ratios has its own grid.
    mse_path_ : array of shape (n_alphas, n_folds) or (n_l1_ratios, n_alphas, n_folds)
    coef_path_ : array of shape (n_alphas, n_features)
        From the path on all rows at the chosen l1_ratio.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import GroupLassoCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(80, 12))
    >>> y = X[:, :3] @ [2.0, -1.0, 1.0] + rng.normal(size=80)
    >>> model = GroupLassoCV(np.repeat(np.arange(4), 3), rule="1se").fit(X, y)
    >>> np.flatnonzero(model.coef_)
    array([0, 1, 2, 6, 7, 8])
    """

    _one_column = "For multi-task outputs, use MultiTaskLassoCV"
    _automatic_without_l1 = True
    _fold_errors = staticmethod(_core.group_cross_validate)

    def __init__(
        self,
        groups: Any = None,
        *,
        l1_ratio: Any = 0.0,
        group_weights: Any = None,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        cv: Any = None,
        refit: Any = True,
        rule: Any = "min",
        penalty_factor: Any = None,
    ) -> None:
        self.groups = groups
        self.l1_ratio = l1_ratio
        self.group_weights = group_weights
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.refit = refit
        self.rule = rule
        self.penalty_factor = penalty_factor
