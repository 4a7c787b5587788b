"""Several targets that share their features: every feature is a group of its coefficients for all targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, _core
from ._data import Data
from ._least_squares import elastic_net_path, groups_path, read_factors
from ._model import LinearModel
from ._regressor import LinearRegressor

__all__ = [
    "MultiTaskElasticNet",
    "MultiTaskLasso",
    "MultiTaskObjective",
    "multi_task_cross_validate",
    "multi_task_path",
    "multi_task_penalty",
]


def multi_task_penalty(l1_ratio: Any, penalty_factor: Any, columns: int) -> dict[str, Any]:
    """The core's arguments: every column is a group by itself."""
    ratio = _arguments.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1)
    factors = read_factors(penalty_factor, columns)
    alone = {"starts": list(range(columns + 1)), "members": list(range(columns))}
    norms = ratio * (np.ones(columns) if factors is None else factors)
    return {"l1": 0.0, "l2": 1 - ratio, **alone, "norms": norms.tolist(), "factors": factors}


def multi_task_path(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """`groups_path` under a `multi_task_penalty`; of a single target the path of the elastic net, which it is."""
    if len(targets) > 1:
        return groups_path(design, targets, weights, **settings)
    return elastic_net_path(design, targets, weights, **_plain(settings), start=settings["start"])


def multi_task_cross_validate(
    design: _core.Design, targets: np.ndarray, train: np.ndarray, test: np.ndarray, **settings: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`_core.group_cross_validate` likewise."""
    if len(targets) > 1:
        return _core.group_cross_validate(design, targets, train, test, **settings)
    return design.cross_validate(targets[0], train, test, **_plain(settings))


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    """Under a `multi_task_penalty`, those of the elastic net."""
    shared = ("fit_intercept", "alphas", "count", "eps", "tol", "max_iter")
    kept = {name: settings[name] for name in shared if name in settings}
    return kept | {"l1_ratio": 1 - settings["l2"], "penalty_factor": settings["factors"], "positive": False}


class MultiTaskObjective(LinearModel):
    """Least squares of all targets together, with norms of every feature's coefficients."""

    l1_ratio: Any = 1.0
    penalty_factor: Any
    _together = True
    _multi_output = True
    _path = staticmethod(multi_task_path)

    @staticmethod
    def path(X: Any, y: Any, **options: Any) -> tuple[Any, ...]:
        """`enet_path`, of several targets."""
        from ._paths import enet_path

        return enet_path(X, y, **options)

    def _objective(self, data: Data, l1_ratio: Any) -> dict[str, Any]:
        return multi_task_penalty(l1_ratio, self.penalty_factor, data.shape[1])


class MultiTaskElasticNet(MultiTaskObjective, LinearRegressor):
    """The elastic net for several targets that use the same features.

    Minimises ``1 / (2 n) |Y - X W' - b|^2 + alpha * l1_ratio * sum_j |W_j|_2 + alpha * (1 - l1_ratio) / 2 * |W|^2``,
    where W_j are the coefficients of feature j for all targets, as scikit-learn's class of this name.

    Parameters
    ----------
    alpha : float, default 1.0
        Strength, >= 0.
    l1_ratio : float, default 0.5
        1 is the multi-task lasso.
    fit_intercept, max_iter, tol, warm_start
        As in `ElasticNet`.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature; as in `ElasticNet` 0 is for a feature that is not penalised.
    copy_X, random_state, selection
        Accepted for scikit-learn's sake.

    Attributes
    ----------
    coef_ : array of shape (n_targets, n_features)
        Of the dtype of X; a feature is zero for all targets or, as a rule, for none.
    intercept_ : array of shape (n_targets,)
    dual_gap_, kkt_violation_ : float
        As in `ElasticNet`.
    n_iter_, n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

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
