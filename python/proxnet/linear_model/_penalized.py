"""Least squares under a penalty object: MCP, SCAD, adaptive and weighted lasso, features that are not penalised."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import _arguments, _core
from ..regularizers import L1, GroupL1, Regularizer
from . import _sklearn
from ._data import Data
from ._model import solver_settings
from ._regressor import LinearRegressor

__all__ = ["PenalizedRegressor", "core_penalty", "of_several", "warn_unless_converged"]


def path_of_one(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, *, start: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """`_core.penalized_least_squares` of one target (1, rows), shaped as a path of several with one point."""
    first = None if start is None else start[0]
    path = _core.penalized_least_squares(design, targets[0], weights, **settings, start=first)
    warn_unless_converged(path, settings["tol"])
    return of_several(path)


def of_several(path: dict[str, Any]) -> dict[str, Any]:
    """The path of one target, shaped as one of several."""
    return path | {name: path[name][:, np.newaxis] for name in ("coef", "intercept")}


class PenalizedRegressor(LinearRegressor):
    """Linear regression under any penalty of `proxnet.regularizers` that acts on single weights.

    Minimises ``1 / (2 n) |y - X w - b|^2 + penalty(w)``, by coordinate descent on a working set of columns: each step
    is the penalty's own proximal operator. Of a penalty that is not convex the answer is a minimum over every single
    weight, reached from strong penalties down.

    Parameters
    ----------
    penalty : Regularizer, default None
        `L1`, `L2`, `L1L2`, `MCP`, `SCAD`, `LogSum` or `L0`, on their own scale; None is ``L1(0.01)``, the lasso with
        alpha 0.01. Its `factors`, one a feature, make a weighted or adaptive lasso; 0 is for a feature that is not
        penalised.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    n_steps : int, default 20
        Strengths, from the one at which all is zero to the penalty's own, each solved from the one before.
    max_iter : int, default 10000
        Passes over the working set, at each strength.
    tol : float, default 1e-6
        Of the optimality conditions, and of the steps that single weights would still make, relative to the largest
        correlation of a feature with y.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, without the stronger penalties.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        Of the dtype of X; zeros are exact.
    intercept_ : float or array of shape (n_targets,)
    kkt_violation_ : float or array of shape (n_targets,)
        The largest distance of a feature from its optimality condition, in units of an L1 strength.
    objective_ : float or array of shape (n_targets,)
        What is minimised, at the answer.
    n_iter_ : int or list of int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

    References
    ----------
    Breheny and Huang, 2011, for coordinate descent with MCP and SCAD; Zou, 2006, for the adaptive lasso.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import PenalizedRegressor, Ridge
    >>> from proxnet.regularizers import L1, MCP
    >>> X = np.vstack([np.eye(4), -np.eye(4)])
    >>> y = X @ [8.0, -2.0, 0.5, 0.0]
    >>> PenalizedRegressor(MCP(0.25, gamma=6.0)).fit(X, y).coef_  # large ones are not shrunk
    array([ 8., -2.,  0.,  0.])

    The adaptive lasso:

    >>> factors = 1 / np.maximum(np.abs(Ridge(1.0).fit(X, y).coef_), 1e-6)
    >>> PenalizedRegressor(L1(0.25, factors=factors)).fit(X, y).coef_.round(3)
    array([ 7.812, -1.25 ,  0.   ,  0.   ])
    """

    objective_: Any
    _path = staticmethod(path_of_one)
    _figures: ClassVar[dict[str, str]] = {"kkt_violation_": "kkt", "objective_": "objective"}

    def __init__(
        self,
        penalty: Any = None,
        *,
        fit_intercept: Any = True,
        n_steps: Any = 20,
        max_iter: Any = 10000,
        tol: Any = 1e-6,
        warm_start: Any = False,
    ) -> None:
        self.penalty = penalty
        self.fit_intercept = fit_intercept
        self.n_steps = n_steps
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start

    def _settings(self, data: Data) -> dict[str, Any]:
        return solver_settings(self.fit_intercept, self.tol, self.max_iter) | {
            "penalty": core_penalty(self.penalty, 0.01),
            "count": _arguments.integer("fit", "n_steps", self.n_steps, minimum=1),
        }


def core_penalty(given: Any, strength: float = 1.0) -> _core.Penalty:
    """The core's penalty of single weights; where none is given, L1 of this strength.

    Raises
    ------
    ValueError, TypeError
        For what is no penalty, or one of groups, or without a fixed strength.
    """
    penalty = L1(strength) if given is None else given
    if not isinstance(penalty, Regularizer):
        raise TypeError(f"[fit] penalty must be an object of proxnet.regularizers, got {penalty!r}")
    if isinstance(penalty, GroupL1):
        raise ValueError(f"[fit] penalty must act on single weights, got {penalty!r}; use GroupLasso")
    if penalty.schedule is not None or penalty._target() is not _core.SparsityTarget.none:
        raise ValueError(f"[fit] penalty must have one strength, without a schedule or a target, got {penalty!r}")
    return penalty._penalty()


def warn_unless_converged(result: dict[str, Any], tol: float) -> None:
    """One warning for the points that stopped early, with the one that is furthest from its conditions."""
    left, worst = _sklearn.unconverged(result)
    if left:
        _sklearn.convergence_warning(
            f"coordinate descent stopped {result['gap'][worst]:.3e} from the optimality conditions where tol times the "
            f"largest correlation is {tol * result['scale']:.3e}, at {left} of {len(result['alphas'])} alphas. "
            "Raise max_iter, scale the features, or use a stronger penalty."
        )
