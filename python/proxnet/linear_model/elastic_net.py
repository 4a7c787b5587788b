"""Lasso and elastic net: the estimators, their cross-validation, and the path functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _check, _core, data
from ._base.estimator import PathCall
from ._base.model import LinearModel, solver_settings
from ._base.operation import names_itself
from ._base.path import solve_path
from ._base.regressor import LinearRegressor
from ._base.start import read_start
from ._cv.alpha_search import AlphaSearch
from ._input.alphas import alpha_arguments, asked
from ._input.data import Data
from ._input.gram import check_precompute
from ._input.inputs import read_design, read_factors, read_targets, read_weights
from ._sklearn.accepted import check_values

__all__ = [
    "ElasticNet",
    "ElasticNetCV",
    "ElasticNetObjective",
    "Lasso",
    "LassoCV",
    "elastic_net_path",
    "elastic_net_penalty",
    "enet_path",
    "groups_path",
    "lasso_path",
    "multi_task_cross_validate",
    "multi_task_path",
    "multi_task_penalty",
]


def elastic_net_penalty(columns: int, *, l1_ratio: Any, penalty_factor: Any, positive: Any) -> dict[str, Any]:
    """The core's arguments for ``l1_ratio * sum_j f_j |w_j| + (1 - l1_ratio) / 2 * sum_j f_j w_j^2``, f penalty_factor.

    Raises
    ------
    ValueError, TypeError
        As `read_factors`; for a factor of 0 with `positive`: unpenalized coefficients take either sign.
    """
    ratio = _check.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1)
    factors, positive = read_factors(penalty_factor, columns), _check.flag("fit", "positive", positive)
    if positive and factors is not None and (factors == 0).any():
        raise ValueError(
            "[fit] penalty_factor must be > 0 where positive=True: a feature that is not penalised takes either sign, "
            f"penalty_factor[{int(np.argmin(factors))}] = 0"
        )
    return {"l1_ratio": ratio, "penalty_factor": factors, "positive": positive}


def elastic_net_path(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, *, start: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """`Design.path` for one target (1, rows), as `solve_path`; start: None or (1, features)."""
    first = None if start is None else start[0]
    return solve_path(_core.Design.path, design, targets[0], weights, **settings, start=first)


def groups_path(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """`_core.group_path` for targets (targets, rows)."""
    return solve_path(_core.group_path, design, targets, weights, **settings)


def multi_task_penalty(l1_ratio: Any, penalty_factor: Any, columns: int) -> dict[str, Any]:
    """The core's arguments for a group lasso in which each feature is a group."""
    ratio = _check.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1)
    factors = read_factors(penalty_factor, columns)
    alone = {"starts": list(range(columns + 1)), "members": list(range(columns))}
    norms = ratio * (np.ones(columns) if factors is None else factors)
    return {"l1": 0.0, "l2": 1 - ratio, **alone, "norms": norms.tolist(), "factors": factors}


def multi_task_path(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """`groups_path` under a `multi_task_penalty`; for a single target the equal path of the elastic net."""
    if len(targets) > 1:
        return groups_path(design, targets, weights, **settings)
    return elastic_net_path(design, targets, weights, **_plain(settings), start=settings["start"])


def multi_task_cross_validate(
    design: _core.Design, targets: np.ndarray, train: np.ndarray, test: np.ndarray, **settings: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`_core.group_cross_validate` under a `multi_task_penalty`; for a single target that of the elastic net."""
    if len(targets) > 1:
        return _core.group_cross_validate(design, targets, train, test, **settings)
    return design.cross_validate(targets[0], train, test, **_plain(settings))


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    """The elastic net's settings that are equal to a `multi_task_penalty` for one target."""
    shared = ("fit_intercept", "alphas", "count", "eps", "tol", "max_iter")
    kept = {name: settings[name] for name in shared if name in settings}
    return kept | {"l1_ratio": 1 - settings["l2"], "penalty_factor": settings["factors"], "positive": False}


@names_itself("enet_path")
def enet_path(
    X: Any,
    y: Any,
    *,
    l1_ratio: Any = 0.5,
    eps: Any = 1e-3,
    alphas: Any = 100,
    precompute: Any = "auto",
    Xy: Any = None,
    copy_X: Any = True,
    coef_init: Any = None,
    verbose: Any = False,
    return_n_iter: Any = False,
    positive: Any = False,
    penalty_factor: Any = None,
    standardize: Any = False,
    tol: Any = 1e-4,
    max_iter: Any = 1000,
    sample_weight: Any = None,
    check_input: Any = True,
    random_state: Any = None,
    selection: Any = "cyclic",
    n_alphas: Any = None,
) -> tuple[Any, ...]:
    """The elastic net's solutions along decreasing alphas; no intercept is fitted, as in scikit-learn.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,) or (n_samples, n_targets)
        A two-dimensional y selects the multi-task model, see `MultiTaskElasticNet`.
    l1_ratio : float, default 0.5
        Between 0 and 1; > 0 for an automatic grid of alphas.
    eps : float, default 1e-3
        alpha_min / alpha_max of an automatic grid.
    alphas : int or array, default 100
        The values, or the size of a grid from alpha_max (the smallest alpha at which all coefficients are zero) down to
        eps * alpha_max.
    precompute : bool, "auto" or array of shape (n_features, n_features), default "auto"
        Accepted for compatibility with scikit-learn: the solver computes Gram matrices itself where they pay off. One
        entry of a given matrix is checked against X.
    Xy, copy_X, verbose, check_input, random_state, selection
        Accepted for compatibility with scikit-learn; no effect.
    coef_init : array of shape (n_features,) or (n_targets, n_features), optional
        Starting point for the first alpha.
    return_n_iter : bool, default False
        Also return the numbers of iterations.
    positive : bool, default False
        Constrain the coefficients to be >= 0; single target only.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized (not allowed with
        `positive`) and takes n_samples extra values of memory.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation, as in `ElasticNet`; for one target.
        Alphas and gaps refer to the standardised problem.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of y.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set) per alpha.
    sample_weight : array of shape (n_samples,), optional
        >= 0; only their proportions count.
    n_alphas : int, optional
        scikit-learn's deprecated name for a number of alphas; warns.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas) or (n_targets, n_features, n_alphas)
    dual_gaps : array of shape (n_alphas,)
    n_iters : list of int, with `return_n_iter`

    Raises
    ------
    ValueError, TypeError
        As `ElasticNet.fit`.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import enet_path
    >>> alphas, coefs, gaps = enet_path(np.diag([2.0, 1.0]), [4.0, 1.0], l1_ratio=1.0, alphas=[1.0, 4.0])
    >>> alphas
    array([4., 1.])
    >>> coefs
    array([[0. , 1.5],
           [0. , 0. ]])
    """
    accepted = {"copy_X": copy_X, "verbose": verbose, "check_input": check_input}
    check_values("path", accepted | {"random_state": random_state, "selection": selection})
    _check.flag("path", "return_n_iter", return_n_iter)
    asks = PathCall.of("enet_path")
    design, shape, dtype = read_design(asks, X)
    targets = read_targets(asks, y, shape[0])
    weights = read_weights(sample_weight, shape[0])
    settings = elastic_net_penalty(
        shape[1], l1_ratio=l1_ratio, penalty_factor=penalty_factor, positive=positive
    ) | solver_settings(False, tol, max_iter)
    products = None if Xy is None else data.numbers("path", "Xy", Xy, np.dtype(np.float64))
    if products is not None and products.shape != (shape[1], *targets.shape[1:]):
        raise ValueError(f"[path] Xy must have shape {(shape[1], *targets.shape[1:])}, got {products.shape}")
    settings["standardize"] = _check.flag("path", "standardize", standardize)
    check_precompute(precompute, design, shape, dtype, weights, False, automatic=True)
    settings |= alpha_arguments(asked(alphas, n_alphas), eps, least_ratio=settings["l1_ratio"])
    columns = np.ascontiguousarray(targets.reshape(shape[0], -1).T)
    start = read_start("path", "coef_init", coef_init, len(columns), shape[1])
    if targets.ndim == 1:
        result = elastic_net_path(design, columns, weights, **settings, start=start)
    else:
        if settings.pop("positive") or settings.pop("standardize"):
            raise ValueError("[path] positive=True and standardize=True are for one target, y has two dimensions")
        settings |= multi_task_penalty(settings.pop("l1_ratio"), settings.pop("penalty_factor"), shape[1])
        result = multi_task_path(design, columns, weights, **settings, start=start)
    coefs = np.moveaxis(result["coef"], 0, -1).astype(dtype, copy=False)
    coefs = np.asfortranarray(coefs[0] if targets.ndim == 1 else coefs)
    found = (result["alphas"], coefs, result["gap"])
    return (*found, list(result["iterations"])) if return_n_iter else found


@names_itself("lasso_path")
def lasso_path(
    X: Any,
    y: Any,
    *,
    eps: Any = 1e-3,
    alphas: Any = 100,
    precompute: Any = "auto",
    Xy: Any = None,
    copy_X: Any = True,
    coef_init: Any = None,
    verbose: Any = False,
    return_n_iter: Any = False,
    positive: Any = False,
    penalty_factor: Any = None,
    standardize: Any = False,
    tol: Any = 1e-4,
    max_iter: Any = 1000,
    sample_weight: Any = None,
    check_input: Any = True,
    random_state: Any = None,
    selection: Any = "cyclic",
    n_alphas: Any = None,
) -> tuple[Any, ...]:
    """The lasso's solutions along decreasing alphas, `enet_path` with ``l1_ratio=1``; no intercept is fitted.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,) or (n_samples, n_targets)
        A two-dimensional y selects the multi-task model, see `MultiTaskElasticNet`.
    eps : float, default 1e-3
        alpha_min / alpha_max of an automatic grid.
    alphas : int or array, default 100
        The values, or the size of a grid from alpha_max (the smallest alpha at which all coefficients are zero) down to
        eps * alpha_max.
    precompute : bool, "auto" or array of shape (n_features, n_features), default "auto"
        Accepted for compatibility with scikit-learn: the solver computes Gram matrices itself where they pay off. One
        entry of a given matrix is checked against X.
    Xy, copy_X, verbose, check_input, random_state, selection
        Accepted for compatibility with scikit-learn; no effect.
    coef_init : array of shape (n_features,) or (n_targets, n_features), optional
        Starting point for the first alpha.
    return_n_iter : bool, default False
        Also return the numbers of iterations.
    positive : bool, default False
        Constrain the coefficients to be >= 0; single target only.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized (not allowed with
        `positive`) and takes n_samples extra values of memory.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation, as in `ElasticNet`; for one target.
        Alphas and gaps refer to the standardised problem.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of y.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set) per alpha.
    sample_weight : array of shape (n_samples,), optional
        >= 0; only their proportions count.
    n_alphas : int, optional
        scikit-learn's deprecated name for a number of alphas; warns.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas) or (n_targets, n_features, n_alphas)
    dual_gaps : array of shape (n_alphas,)
    n_iters : list of int, with `return_n_iter`

    Raises
    ------
    ValueError, TypeError
        As `enet_path`.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import lasso_path
    >>> alphas, coefs, gaps = lasso_path(np.diag([2.0, 1.0]), [4.0, 1.0], alphas=2, eps=0.25)
    >>> alphas
    array([4., 1.])
    """
    return enet_path(
        X,
        y,
        l1_ratio=1.0,
        eps=eps,
        alphas=alphas,
        precompute=precompute,
        Xy=Xy,
        copy_X=copy_X,
        coef_init=coef_init,
        verbose=verbose,
        return_n_iter=return_n_iter,
        positive=positive,
        penalty_factor=penalty_factor,
        standardize=standardize,
        tol=tol,
        max_iter=max_iter,
        sample_weight=sample_weight,
        check_input=check_input,
        random_state=random_state,
        selection=selection,
        n_alphas=n_alphas,
    )


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
        return penalty | {"standardize": _check.flag("fit", "standardize", self.standardize)}


class ElasticNetBase(ElasticNetObjective, LinearRegressor):
    """Base of `ElasticNet` and `Lasso`, which differ only in their parameters."""

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
        Penalty parameter, >= 0.
    l1_ratio : float, default 0.5
        0 is pure L2, 1 is pure L1 (the lasso).
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    precompute : bool or array of shape (n_features, n_features), default False
        Accepted for compatibility with scikit-learn: the solver computes Gram matrices itself where they pay off. One
        entry of a given matrix is checked against X.
    copy_X, random_state, selection
        Accepted for compatibility with scikit-learn; X is never modified, and coordinates are updated in a fixed order.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set).
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of y after projecting out the intercept and the
        unpenalized features.
    warm_start : bool, default False
        Start from `coef_` of the previous fit, which must have the same shape.
    positive : bool, default False
        Constrain the coefficients to be >= 0.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized (not allowed with
        `positive`) and takes n_samples extra values of memory. Redundant (collinear) unpenalized features get
        coefficient 0. `PenalizedRegressor` has other penalties.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation (weighted, about the mean also without
        an intercept; a constant column is divided by 1), as glmnet and adelie do. X is not copied, sparse X stays
        sparse, and `coef_` is for X as it is; `alpha`, `dual_gap_` and `kkt_violation_` refer to the standardised
        problem.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        In the dtype of X; zeros are exact.
    intercept_ : float or array of shape (n_targets,)
    dual_gap_ : float or array of shape (n_targets,)
        Duality gap: upper bound on the objective minus its minimum. For alpha=0 only an estimate, from the curvature.
    kkt_violation_ : float or array of shape (n_targets,)
        Largest KKT violation over the features, on the scale of alpha.
    n_iter_ : int or list of int
        Iterations; 0 if a warm start already meets the tolerance.
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

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
        Penalty parameter, >= 0.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    precompute : bool or array of shape (n_features, n_features), default False
        Accepted for compatibility with scikit-learn: the solver computes Gram matrices itself where they pay off. One
        entry of a given matrix is checked against X.
    copy_X, random_state, selection
        Accepted for compatibility with scikit-learn; X is never modified, and coordinates are updated in a fixed order.
    max_iter : int, default 1000
        Maximum number of iterations (passes over the working set).
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the mean square of y after projecting out the intercept and the
        unpenalized features.
    warm_start : bool, default False
        Start from `coef_` of the previous fit, which must have the same shape.
    positive : bool, default False
        Constrain the coefficients to be >= 0.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized (not allowed with
        `positive`) and takes n_samples extra values of memory. Redundant (collinear) unpenalized features get
        coefficient 0.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation (weighted, about the mean also without
        an intercept; a constant column is divided by 1), as glmnet and adelie do. X is not copied, sparse X stays
        sparse, and `coef_` is for X as it is; `alpha`, `dual_gap_` and `kkt_violation_` refer to the standardised
        problem.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        In the dtype of X; zeros are exact.
    intercept_ : float or array of shape (n_targets,)
    dual_gap_ : float or array of shape (n_targets,)
        Duality gap: upper bound on the objective minus its minimum. For alpha=0 only an estimate, from the curvature.
    kkt_violation_ : float or array of shape (n_targets,)
        Largest KKT violation over the features, on the scale of alpha.
    n_iter_ : int or list of int
        Iterations; 0 if a warm start already meets the tolerance.
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

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


def fold_errors(
    design: _core.Design, targets: np.ndarray, train: np.ndarray, test: np.ndarray, **settings: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`Design.cross_validate` for one target (1, rows)."""
    return design.cross_validate(targets[0], train, test, **settings)


class ElasticNetCVBase(ElasticNetObjective, AlphaSearch):
    """Base of `ElasticNetCV` and `LassoCV`, which differ only in their parameters."""

    _one_column = "For multi-task outputs, use MultiTask{name}"
    _fold_errors = staticmethod(fold_errors)
    path: Any = staticmethod(enet_path)

    def _grid(self, data: Data, ratios: list[float]) -> dict[str, Any]:
        weights, intercept = data.targets.weights, _check.flag("fit", "fit_intercept", self.fit_intercept)
        check_precompute(self.precompute, data.design, data.shape, data.dtype, weights, intercept, automatic=True)
        return super()._grid(data, ratios)


class ElasticNetCV(ElasticNetCVBase):
    """`ElasticNet` whose alpha and l1_ratio are chosen by cross-validation.

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
    precompute : "auto", bool or array of shape (n_features, n_features), default "auto"
        Accepted for compatibility with scikit-learn: the solver computes Gram matrices itself where they pay off. One
        entry of a given matrix is checked against X.
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
    positive : bool, default False
        Constrain the coefficients to be >= 0.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized (not allowed with
        `positive`) and takes n_samples extra values of memory. Redundant (collinear) unpenalized features get
        coefficient 0.
    rule : "min" or "1se", default "min"
        "min": the alpha of the smallest mean error. "1se": the largest alpha within one standard error of it.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation, in each fold that of the rows that it
        trains on; `alphas_`, `dual_gap_` and `kkt_violation_` refer to the standardised problem.
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
        From the fit on all rows at `alpha_`.
    alphas_ : array of shape (n_alphas,) or (n_l1_ratios, n_alphas)
        In decreasing order; two-dimensional if each of several l1_ratios has its own grid.
    mse_path_ : array of shape (n_alphas, n_folds) or (n_l1_ratios, n_alphas, n_folds)
    coef_path_ : array of shape (n_alphas, n_features)
        From the path on all rows at the chosen l1_ratio.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import ElasticNetCV
    >>> X = np.random.default_rng(0).normal(size=(60, 5))
    >>> model = ElasticNetCV(l1_ratio=[0.5, 1.0], cv=3).fit(X, X[:, 0])
    >>> model.mse_path_.shape
    (2, 100, 3)
    >>> model.coef_path_.shape
    (100, 5)
    """

    def __init__(
        self,
        *,
        l1_ratio: Any = 0.5,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        precompute: Any = "auto",
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        cv: Any = None,
        refit: Any = True,
        copy_X: Any = True,
        verbose: Any = 0,
        n_jobs: Any = None,
        positive: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
        rule: Any = "min",
        standardize: Any = False,
        n_alphas: Any = None,
    ) -> None:
        self.l1_ratio = l1_ratio
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.refit = refit
        self.copy_X = copy_X
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.positive = positive
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor
        self.rule = rule
        self.standardize = standardize
        self.n_alphas = n_alphas


class LassoCV(ElasticNetCVBase):
    """`Lasso` whose alpha is chosen by cross-validation: `ElasticNetCV` with ``l1_ratio=1``.

    Parameters
    ----------
    eps : float, default 1e-3
        alpha_min / alpha_max of an automatic grid.
    alphas : int or array, default 100
        The values, or the size of a grid from alpha_max (the smallest alpha at which all coefficients are zero) down to
        eps * alpha_max.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    precompute : "auto", bool or array of shape (n_features, n_features), default "auto"
        Accepted for compatibility with scikit-learn: the solver computes Gram matrices itself where they pay off. One
        entry of a given matrix is checked against X.
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
    positive : bool, default False
        Constrain the coefficients to be >= 0.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized (not allowed with
        `positive`) and takes n_samples extra values of memory. Redundant (collinear) unpenalized features get
        coefficient 0.
    rule : "min" or "1se", default "min"
        "min": the alpha of the smallest mean error. "1se": the largest alpha within one standard error of it.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation, in each fold that of the rows that it
        trains on; `alphas_`, `dual_gap_` and `kkt_violation_` refer to the standardised problem.
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
        From the fit on all rows at `alpha_`.
    alphas_ : array of shape (n_alphas,)
        In decreasing order.
    mse_path_ : array of shape (n_alphas, n_folds)
    coef_path_ : array of shape (n_alphas, n_features)
        On all rows.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import LassoCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(80, 20))
    >>> y = 3 * X[:, 0] + rng.normal(size=80)
    >>> model = LassoCV(rule="1se").fit(X, y)
    >>> int(np.count_nonzero(model.coef_)), bool(model.alpha_1se_ >= model.alpha_min_)
    (2, True)
    """

    path = staticmethod(lasso_path)

    def __init__(
        self,
        *,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        precompute: Any = "auto",
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        copy_X: Any = True,
        cv: Any = None,
        refit: Any = True,
        verbose: Any = False,
        n_jobs: Any = None,
        positive: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
        rule: Any = "min",
        standardize: Any = False,
        n_alphas: Any = None,
    ) -> None:
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.max_iter = max_iter
        self.tol = tol
        self.copy_X = copy_X
        self.cv = cv
        self.refit = refit
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.positive = positive
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor
        self.rule = rule
        self.standardize = standardize
        self.n_alphas = n_alphas
