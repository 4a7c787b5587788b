"""Group models with alpha chosen by cross-validation: whole paths, fold by fold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from .. import _arguments, _core
from . import _sklearn
from ._alpha_search import AlphaSearch
from ._alphas import alpha_arguments
from ._elastic_net import warn_unless_converged
from ._folds import fold_weights, warn_of_folds
from ._group_lasso import group_penalty
from ._inputs import feature_names, read_design, read_targets, read_weights, record_features

__all__ = ["GroupCVBase", "GroupLassoCV"]


class GroupCVBase(AlphaSearch):
    """What group and multi-task models share: everything but the names of their parameters and the penalty."""

    _tasks = False
    _path: Callable[..., dict[str, Any]] = staticmethod(_core.group_path)
    _fold_errors: Callable[..., tuple[np.ndarray, int]] = staticmethod(_core.group_cross_validate)

    def _penalty(self, ratio: float, columns: int) -> dict[str, Any]:
        raise NotImplementedError

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:
        """Paths on every fold, the choice, and the path on all rows; `coef_` is that path's at the chosen alpha.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            One copy serves all folds: rows held out have weight 0.
        y : array of shape (n_samples,), or of a multi-task model (n_samples, n_targets)
        sample_weight : array of shape (n_samples,), optional
        **params
            As in `LassoCV.fit`.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As the model's that it chooses an alpha for; for folds without rows.
        """
        params = _sklearn.routed(self, params)
        rule = _arguments.choice("fit", "rule", self.rule, ("min", "1se"))
        design, shape, dtype = read_design(self, X)
        targets = self._read(y, shape[0])
        names = feature_names(X)
        weights = read_weights(sample_weight, shape[0])
        train, test = fold_weights(self, X, y, shape[0], weights, params)
        tol = _arguments.real("fit", "tol", self.tol, minimum=0)
        settings: dict[str, Any] = {
            "fit_intercept": _arguments.flag("fit", "fit_intercept", self.fit_intercept),
            "tol": tol,
            "max_iter": _arguments.integer("fit", "max_iter", self.max_iter, minimum=1),
        }
        ratios = [float(ratio) for ratio in np.atleast_1d(self.l1_ratio)]
        grid = alpha_arguments(self.alphas, self.eps, least_ratio=min(ratios) if self._tasks else 1.0)
        paths, scores = [], []
        for ratio in ratios:
            settings |= self._penalty(ratio, shape[1])
            paths.append(self._path(design, targets, weights, **settings, **grid, start=None))
            if not self._tasks:
                paths[-1] |= {name: paths[-1][name][:, 0] for name in ("coef", "intercept")}
            warn_unless_converged(paths[-1], tol)
            folds = settings | {"alphas": paths[-1]["alphas"].tolist()}
            errors, unconverged = self._fold_errors(design, targets, train, test, **folds)
            warn_of_folds(unconverged, errors.size)
            scores.append(errors)
        record_features(self, names, shape[1])
        self._choose(rule, ratios, paths, np.array(scores), dtype)
        return self

    def _read(self, y: Any, rows: int) -> np.ndarray:
        """(targets, rows)."""
        targets = read_targets(self, y, rows)
        if self._tasks and targets.ndim == 1:
            raise ValueError(f"For mono-task outputs, use {type(self).__name__.removeprefix('MultiTask')}")
        if not self._tasks and targets.ndim == 2:
            if targets.shape[1] > 1:
                raise ValueError("For multi-task outputs, use MultiTaskLassoCV")
            _sklearn.column_vector_warning()
        return np.ascontiguousarray(targets.reshape(rows, -1).T)


class GroupLassoCV(GroupCVBase):
    """`SparseGroupLasso` whose alpha (and l1_ratio) is chosen by cross-validation; by default `GroupLasso`.

    Parameters
    ----------
    groups, group_weights
        As in `SparseGroupLasso`.
    l1_ratio : float or list of float, default 0.0
        Those to try; 0 is the group lasso.
    eps : float, default 1e-3
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many alphas, or the values.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    rule : "min" or "1se", default "min"
        The alpha of the smallest mean error, or the largest alpha within one standard error of it.
    fit_intercept, max_iter, tol
        As in `SparseGroupLasso`.

    Attributes
    ----------
    alpha_, l1_ratio_, alpha_min_, alpha_1se_ : float
    coef_, intercept_, dual_gap_, kkt_violation_, n_iter_
        On all rows, at `alpha_`.
    alphas_, mse_path_, coef_path_
        As in `ElasticNetCV`.

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

    _has_l1_ratio = True

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
        rule: Any = "min",
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
        self.rule = rule

    def _penalty(self, ratio: float, columns: int) -> dict[str, Any]:
        return group_penalty(self.groups, self.group_weights, ratio, columns)
