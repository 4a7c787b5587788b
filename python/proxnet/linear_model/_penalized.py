"""Least squares under a penalty object: MCP, SCAD, adaptive and weighted lasso, features that are not penalised."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .. import _arguments, _core
from ..regularizers import L1, GroupL1, Regularizer
from . import _sklearn
from ._inputs import feature_names, read_design, read_targets, read_weights, record_features
from ._regressor import LinearRegressor
from ._start import warm_start

__all__ = ["PenalizedRegressor", "core_penalty", "warn_unless_converged"]


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
        The largest distance of a feature from its optimality condition.
    objective_ : float or array of shape (n_targets,)
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

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            float64 and float32 are read as they lie, in C or Fortran order, CSC or CSR; other numbers as float64.
        y : array of shape (n_samples,) or (n_samples, n_targets)
            Each column is a problem of its own.
        sample_weight : array of shape (n_samples,), optional
            >= 0; only their proportions count.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            For anything that is not finite, of the wrong shape, or out of its range; for a penalty of groups.
        """
        design, shape, dtype = read_design(self, X)
        targets = read_targets(self, y, shape[0])
        names = feature_names(X)
        single = targets.ndim == 1 or targets.shape[1] == 1
        columns = np.ascontiguousarray(targets.reshape(shape[0], -1).T)
        weights = read_weights(sample_weight, shape[0])
        penalty = core_penalty(self.penalty, 0.01)
        start = warm_start(self, len(columns), shape[1])
        tol = _arguments.real("fit", "tol", self.tol, minimum=0)
        results = [
            _core.penalized_least_squares(
                design,
                column,
                weights,
                penalty,
                _arguments.flag("fit", "fit_intercept", self.fit_intercept),
                _arguments.integer("fit", "n_steps", self.n_steps, minimum=1),
                tol,
                _arguments.integer("fit", "max_iter", self.max_iter, minimum=1),
                None if start is None else start[k],
            )
            for k, column in enumerate(columns)
        ]
        for result in results:
            warn_unless_converged(result, tol)
        coef = np.concatenate([result["coef"] for result in results]).astype(dtype, copy=False)
        intercept = np.concatenate([result["intercept"] for result in results])
        record_features(self, names, shape[1])
        self.coef_ = coef[0] if single else coef
        self.intercept_ = (float(intercept[0]) if single else intercept) if self.fit_intercept else 0.0
        kkt, objective = ([float(result[name][0]) for result in results] for name in ("kkt", "objective"))
        self.kkt_violation_ = kkt[0] if single else np.array(kkt)
        self.objective_ = objective[0] if single else np.array(objective)
        passes = [max(1, result["passes"][0]) for result in results]
        self.n_iter_ = passes[0] if single else passes
        return self


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
    left = [k for k, reached in enumerate(result["converged"]) if not reached]
    if left:
        worst = max(left, key=lambda k: result["gap"][k])
        _sklearn.convergence_warning(
            f"coordinate descent stopped {result['gap'][worst]:.3e} from the optimality conditions where tol times the "
            f"largest correlation is {tol * result['scale']:.3e}, at {len(left)} of {len(result['alphas'])} alphas. "
            "Raise max_iter, scale the features, or use a stronger penalty."
        )
