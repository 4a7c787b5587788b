"""Multi-task lasso and elastic net: a group holds one feature's coefficients for all targets."""

from __future__ import annotations

from typing import Any

from ._base.model import LinearModel
from ._base.regressor import LinearRegressor
from ._cv.alpha_search import AlphaSearch
from ._input.data import Data
from .elastic_net import enet_path, multi_task_cross_validate, multi_task_path, multi_task_penalty

__all__ = ["MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV", "MultiTaskObjective"]


class MultiTaskObjective(LinearModel):
    """``1 / (2 n) |Y - X W' - b|^2`` with a penalty on ``|W_j|_2``, the norm of each feature's coefficients."""

    l1_ratio: Any = 1.0
    penalty_factor: Any
    _together = True
    _multi_output = True
    _path = staticmethod(multi_task_path)
    path = staticmethod(enet_path)

    def _objective(self, data: Data, l1_ratio: Any) -> dict[str, Any]:
        return multi_task_penalty(l1_ratio, self.penalty_factor, data.shape[1])


class MultiTaskElasticNet(MultiTaskObjective, LinearRegressor):
    """The elastic net for several targets that use the same features.

    Minimises ``1 / (2 n) |Y - X W' - b|^2 + alpha * l1_ratio * sum_j |W_j|_2 + alpha * (1 - l1_ratio) / 2 * |W|^2``,
    where W_j are the coefficients of feature j for all targets, as scikit-learn's class of this name.

    Parameters
    ----------
    alpha : float, default 1.0
        Penalty parameter, >= 0.
    l1_ratio : float, default 0.5
        0 is pure L2, 1 is the multi-task lasso.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set).
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of y after projecting out the intercept and the
        unpenalized features.
    warm_start : bool, default False
        Start from `coef_` of the previous fit, which must have the same shape.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples extra
        values of memory. Redundant (collinear) unpenalized features get coefficient 0.
    copy_X, random_state, selection
        Accepted for compatibility with scikit-learn; X is never modified, and coordinates are updated in a fixed order.

    Attributes
    ----------
    coef_ : array of shape (n_targets, n_features)
        In the dtype of X; a feature is zero for all targets or, generically, for none.
    intercept_ : array of shape (n_targets,)
    dual_gap_ : float
        Duality gap: upper bound on the objective minus its minimum.
    kkt_violation_ : float
        Largest KKT violation over the features, on the scale of alpha.
    n_iter_, n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import MultiTaskElasticNet
    >>> X = np.vstack([np.eye(3), -np.eye(3)])
    >>> Y = X @ np.array([[3.0, 4.0], [0.1, 0.0], [0.0, 0.1]])
    >>> MultiTaskElasticNet(alpha=0.2).fit(X, Y).coef_
    array([[2.16923077, 0. , 0. ],
           [2.89230769, 0. , 0. ]])
    """

    def __init__(
        self,
        alpha: Any = 1.0,
        *,
        l1_ratio: Any = 0.5,
        fit_intercept: Any = True,
        copy_X: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        warm_start: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
    ) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor


class MultiTaskLasso(MultiTaskObjective, LinearRegressor):
    """The lasso for several targets that use the same features: `MultiTaskElasticNet` with ``l1_ratio=1``.

    Minimises ``1 / (2 n) |Y - X W' - b|^2 + alpha * sum_j |W_j|_2``, where W_j are the coefficients of feature j for
    all targets.

    Parameters
    ----------
    alpha : float, default 1.0
        Penalty parameter, >= 0.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set).
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of y after projecting out the intercept and the
        unpenalized features.
    warm_start : bool, default False
        Start from `coef_` of the previous fit, which must have the same shape.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples extra
        values of memory. Redundant (collinear) unpenalized features get coefficient 0.
    copy_X, random_state, selection
        Accepted for compatibility with scikit-learn; X is never modified, and coordinates are updated in a fixed order.

    Attributes
    ----------
    coef_ : array of shape (n_targets, n_features)
        In the dtype of X; a feature is zero for all targets or, generically, for none.
    intercept_ : array of shape (n_targets,)
    dual_gap_ : float
        Duality gap: upper bound on the objective minus its minimum.
    kkt_violation_ : float
        Largest KKT violation over the features, on the scale of alpha.
    n_iter_, n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    Examples
    --------
    >>> from proxnet.linear_model import MultiTaskLasso
    >>> model = MultiTaskLasso(alpha=0.1).fit([[0, 1], [1, 2], [2, 4]], [[0, 0], [1, 1], [2, 3]])
    >>> model.coef_.shape
    (2, 2)
    """

    def __init__(
        self,
        alpha: Any = 1.0,
        *,
        fit_intercept: Any = True,
        copy_X: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        warm_start: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor


class MultiTaskCVBase(MultiTaskObjective, AlphaSearch):
    """Base of both estimators, which differ only in their parameters."""

    _fold_errors = staticmethod(multi_task_cross_validate)


class MultiTaskElasticNetCV(MultiTaskCVBase):
    """`MultiTaskElasticNet` whose alpha and l1_ratio are chosen by cross-validation.

    Parameters
    ----------
    l1_ratio : float or list of float, default 0.5
        Values to try; > 0 for an automatic grid of alphas.
    eps : float, default 1e-3
        alpha_min / alpha_max of an automatic grid.
    alphas : int or array, default 100
        The values, or the size of a grid from alpha_max (the smallest alpha at which all coefficients are zero) down to
        eps * alpha_max.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set) per alpha.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of y after projecting out the intercept and the
        unpenalized features.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    refit : bool, default True
        If True, refit on all rows at the chosen alpha. If False, average the coefficients of the folds; `dual_gap_` and
        `kkt_violation_` are then the maxima over the folds.
    rule : "min" or "1se", default "min"
        "min": the alpha of the smallest mean error. "1se": the largest alpha within one standard error of it.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples extra
        values of memory. Redundant (collinear) unpenalized features get coefficient 0.
    copy_X, verbose, n_jobs, random_state, selection
        Accepted for compatibility with scikit-learn; folds run on the core's threads.
    n_alphas : int, optional
        scikit-learn's deprecated name for a number of alphas; warns.

    Attributes
    ----------
    alpha_, l1_ratio_ : float
    alpha_min_, alpha_1se_ : float
        The choices of the rules "min" and "1se".
    coef_, intercept_, dual_gap_, kkt_violation_, n_iter_
        On all rows, at `alpha_`; `coef_` is (n_targets, n_features).
    alphas_ : array of shape (n_alphas,) or (n_l1_ratios, n_alphas)
        In decreasing order; two-dimensional if each of several l1_ratios has its own grid.
    mse_path_ : array of shape (n_alphas, n_folds) or (n_l1_ratios, n_alphas, n_folds)
        Mean squared errors, averaged over targets.
    coef_path_ : array of shape (n_alphas, n_targets, n_features)
        From the path on all rows at the chosen l1_ratio.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import MultiTaskElasticNetCV
    >>> X = np.random.default_rng(0).normal(size=(60, 5))
    >>> model = MultiTaskElasticNetCV(l1_ratio=[0.5, 1.0], cv=3).fit(X, X[:, :2])
    >>> model.mse_path_.shape
    (2, 100, 3)
    """

    def __init__(
        self,
        *,
        l1_ratio: Any = 0.5,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        cv: Any = None,
        refit: Any = True,
        copy_X: Any = True,
        verbose: Any = 0,
        n_jobs: Any = None,
        random_state: Any = None,
        selection: Any = "cyclic",
        rule: Any = "min",
        penalty_factor: Any = None,
        n_alphas: Any = None,
    ) -> None:
        self.l1_ratio = l1_ratio
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.refit = refit
        self.copy_X = copy_X
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.selection = selection
        self.rule = rule
        self.penalty_factor = penalty_factor
        self.n_alphas = n_alphas


class MultiTaskLassoCV(MultiTaskCVBase):
    """`MultiTaskLasso` whose alpha is chosen by cross-validation: `MultiTaskElasticNetCV` with ``l1_ratio=1``.

    Parameters
    ----------
    eps : float, default 1e-3
        alpha_min / alpha_max of an automatic grid.
    alphas : int or array, default 100
        The values, or the size of a grid from alpha_max (the smallest alpha at which all coefficients are zero) down to
        eps * alpha_max.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set) per alpha.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of y after projecting out the intercept and the
        unpenalized features.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    refit : bool, default True
        If True, refit on all rows at the chosen alpha. If False, average the coefficients of the folds; `dual_gap_` and
        `kkt_violation_` are then the maxima over the folds.
    rule : "min" or "1se", default "min"
        "min": the alpha of the smallest mean error. "1se": the largest alpha within one standard error of it.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples extra
        values of memory. Redundant (collinear) unpenalized features get coefficient 0.
    copy_X, verbose, n_jobs, random_state, selection
        Accepted for compatibility with scikit-learn; folds run on the core's threads.
    n_alphas : int, optional
        scikit-learn's deprecated name for a number of alphas; warns.

    Attributes
    ----------
    alpha_ : float
    alpha_min_, alpha_1se_ : float
        The choices of the rules "min" and "1se".
    coef_, intercept_, dual_gap_, kkt_violation_, n_iter_
        On all rows, at `alpha_`; `coef_` is (n_targets, n_features).
    alphas_ : array of shape (n_alphas,)
        In decreasing order.
    mse_path_ : array of shape (n_alphas, n_folds)
        Mean squared errors, averaged over targets.
    coef_path_ : array of shape (n_alphas, n_targets, n_features)
        On all rows.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import MultiTaskLassoCV
    >>> X = np.random.default_rng(0).normal(size=(60, 5))
    >>> MultiTaskLassoCV(cv=3).fit(X, X[:, :2]).coef_.shape
    (2, 5)
    """

    def __init__(
        self,
        *,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        copy_X: Any = True,
        cv: Any = None,
        refit: Any = True,
        verbose: Any = False,
        n_jobs: Any = None,
        random_state: Any = None,
        selection: Any = "cyclic",
        rule: Any = "min",
        penalty_factor: Any = None,
        n_alphas: Any = None,
    ) -> None:
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.copy_X = copy_X
        self.cv = cv
        self.refit = refit
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.selection = selection
        self.rule = rule
        self.penalty_factor = penalty_factor
        self.n_alphas = n_alphas
