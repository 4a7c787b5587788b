"""Least squares under norms of groups: one base class with the only `fit`, and one row of parameters per model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from .. import _arguments, _core
from ._alphas import alpha_arguments
from ._elastic_net import warn_unless_converged
from ._groups import read_groups
from ._inputs import feature_names, read_design, read_targets, read_weights, record_features
from ._regressor import LinearRegressor
from ._start import warm_start

__all__ = ["GroupLasso", "GroupRegressor", "SparseGroupLasso", "group_path"]


class GroupRegressor(LinearRegressor):
    """What all models with norms of groups share; the coefficients of one target, or of all, belong to a group."""

    alpha: Any
    fit_intercept: Any
    max_iter: Any
    tol: Any
    warm_start: Any
    _tasks = False  # whether a group spans all targets
    _path: Callable[..., dict[str, Any]] = staticmethod(_core.group_path)

    def _penalty(self, columns: int) -> dict[str, Any]:
        """The core's penalty, checked."""
        raise NotImplementedError

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit, and keep the proof: `dual_gap_` bounds how far the objective is from its minimum.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            float64 and float32 are read as they lie, in C or Fortran order, CSC or CSR; other numbers as float64.
        y : array of shape (n_samples,) or (n_samples, n_targets)
            Of a multi-task model two-dimensional; of others each column is a problem of its own.
        sample_weight : array of shape (n_samples,), optional
            >= 0; only their proportions count.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            For anything that is not finite, of the wrong shape, or out of its range; for groups that overlap or leave a
            feature out.
        """
        design, shape, dtype = read_design(self, X)
        targets = read_targets(self, y, shape[0])
        if self._tasks and targets.ndim == 1:
            raise ValueError(f"For mono-task outputs, use {type(self).__name__.removeprefix('MultiTask')}")
        names = feature_names(X)
        columns = np.ascontiguousarray(targets.reshape(shape[0], -1).T)
        weights = read_weights(sample_weight, shape[0])
        settings = self._penalty(shape[1]) | {
            "fit_intercept": _arguments.flag("fit", "fit_intercept", self.fit_intercept),
            "tol": _arguments.real("fit", "tol", self.tol, minimum=0),
            "max_iter": _arguments.integer("fit", "max_iter", self.max_iter, minimum=1),
            "alphas": [_arguments.real("fit", "alpha", self.alpha, minimum=0)],
        }
        start = warm_start(self, len(columns), shape[1])
        problems = [columns] if self._tasks else [column[np.newaxis] for column in columns]
        results = []
        for k, problem in enumerate(problems):
            first = start if start is None or self._tasks else start[k : k + 1]
            results.append(self._path(design, problem, weights, **settings, count=1, eps=1e-3, start=first))
            warn_unless_converged(results[-1], settings["tol"])
        coef = np.concatenate([result["coef"][0] for result in results]).astype(dtype, copy=False)
        intercept = np.concatenate([result["intercept"][0] for result in results])
        single = targets.ndim == 1 or (targets.shape[1] == 1 and not self._tasks)
        record_features(self, names, shape[1])
        self.coef_ = coef[0] if single else coef
        self.intercept_ = (float(intercept[0]) if single else intercept) if self.fit_intercept else 0.0
        gaps, kkt = ([float(result[name][0]) for result in results] for name in ("gap", "kkt"))
        passes = [max(int(start is None), result["passes"][0]) for result in results]
        one = len(results) == 1
        self.dual_gap_ = gaps[0] if one else np.array(gaps)
        self.kkt_violation_ = kkt[0] if one else np.array(kkt)
        self.n_iter_ = passes[0] if one else passes
        return self


class SparseGroupLasso(GroupRegressor):
    """Linear regression that selects groups of features, and features within them.

    Minimises ``1 / (2 n) |y - X w - b|^2 + alpha * (l1_ratio * |w|_1 + (1 - l1_ratio) * sum_g weight_g |w_g|_2)``, by
    block coordinate descent on a working set of groups.

    Parameters
    ----------
    groups : list of lists of int, or array of shape (n_features,), optional
        Column numbers group by group, or one label a feature; by default every feature is a group of its own.
    alpha : float, default 1.0
        Strength, >= 0.
    l1_ratio : float, default 0.5
        0 is the group lasso, 1 the lasso.
    group_weights : array of shape (n_groups,), optional
        > 0; in the order of the lists, or of the sorted labels. By default the root of the group's size.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    max_iter : int, default 1000
        Passes over the working set.
    tol : float, default 1e-4
        Of the duality gap, relative to the mean square of the centred y.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, whose shape must be that of this one's.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        Of the dtype of X; zeros are exact.
    intercept_ : float or array of shape (n_targets,)
    dual_gap_ : float or array of shape (n_targets,)
        The objective is at most this far above its minimum.
    kkt_violation_ : float or array of shape (n_targets,)
        The largest distance of a group from its optimality condition, in units of alpha.
    n_iter_ : int or list of int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

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
    ) -> None:
        self.groups = groups
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.group_weights = group_weights
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start

    def _penalty(self, columns: int) -> dict[str, Any]:
        return group_penalty(self.groups, self.group_weights, self.l1_ratio, columns)


class GroupLasso(GroupRegressor):
    """Linear regression that selects groups of features: `SparseGroupLasso` with ``l1_ratio=0``.

    Minimises ``1 / (2 n) |y - X w - b|^2 + alpha * sum_g weight_g |w_g|_2``. Parameters and attributes are those of
    `SparseGroupLasso`.

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

    def _penalty(self, columns: int) -> dict[str, Any]:
        return group_penalty(self.groups, self.group_weights, 0.0, columns)


def group_penalty(groups: Any, weights: Any, l1_ratio: Any, columns: int) -> dict[str, Any]:
    """The core's arguments of a sparse group lasso."""
    ratio = _arguments.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1)
    starts, members, norms = read_groups(groups, weights, columns)
    return {"l1": ratio, "l2": 0.0, "starts": starts, "members": members, "norms": ((1 - ratio) * norms).tolist()}


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
    return_n_iter: Any = False,
) -> tuple[Any, ...]:
    """The (sparse) group lasso's solutions along decreasing alphas; no intercept is fitted, as in `lasso_path`.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,) or (n_samples, n_targets)
        Of several targets, a group holds the coefficients of its features for all of them: multi-task.
    groups, l1_ratio, group_weights, tol, max_iter
        As in `SparseGroupLasso`.
    eps : float, default 1e-3
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many, from the smallest that makes all coefficients zero down to `eps` times that; or the values.
    return_n_iter : bool, default False
        Return the passes as well.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas) or (n_targets, n_features, n_alphas)
    dual_gaps : array of shape (n_alphas,)
    n_iters : list of int, with `return_n_iter`

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import group_path
    >>> alphas, coefs, gaps = group_path(np.eye(4), [3.0, 4.0, 0.4, 0.4], [[0, 1], [2, 3]], alphas=3)
    >>> np.count_nonzero(coefs, axis=0)
    array([0, 4, 4])
    """
    asks = GroupLasso()
    design, shape, dtype = read_design(asks, X)
    targets = read_targets(asks, y, shape[0])
    tol = _arguments.real("path", "tol", tol, minimum=0)
    result = _core.group_path(
        design,
        np.ascontiguousarray(targets.reshape(shape[0], -1).T),
        None,
        **group_penalty(groups, group_weights, l1_ratio, shape[1]),
        **alpha_arguments(alphas, eps),
        fit_intercept=False,
        tol=tol,
        max_iter=_arguments.integer("path", "max_iter", max_iter, minimum=1),
        start=None,
    )
    warn_unless_converged(result, tol)
    coefs = np.moveaxis(result["coef"], 0, -1).astype(dtype, copy=False)
    found = (result["alphas"], coefs[0] if targets.ndim == 1 else coefs, result["gap"])
    return (*found, list(result["passes"])) if return_n_iter else found
