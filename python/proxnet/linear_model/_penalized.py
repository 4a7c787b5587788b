"""Regression under a penalty object: MCP, SCAD, adaptive and weighted lasso, features that are not penalised."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, _core
from ._data import Data
from ._penalty_objects import PenaltyObjective
from ._regressor import LinearRegressor

__all__ = ["LOSSES", "PenalizedRegressor", "core_loss"]

LOSSES = ("squared_error", "poisson", "huber")


def core_loss(kind: str, epsilon: float) -> dict[str, Any]:
    """The core's loss of one prediction a row, "log_loss" among them; nothing of the squared error."""
    losses = {
        "log_loss": _core.Loss.binary_crossentropy,
        "poisson": _core.Loss.poisson,
        "huber": _core.Loss("huber", delta=epsilon),
    }
    return {"loss": losses[kind], "classes": 2} if kind in losses else {}


class PenalizedRegressor(PenaltyObjective, LinearRegressor):
    """Regression under any penalty of `proxnet.regularizers` that acts on single weights.

    Minimises ``mean of the rows' losses + penalty(w)``, the loss being half the squared error, half the deviance of a
    Poisson model, or Huber's, by coordinate descent on a working set of columns: each step is the penalty's own
    proximal operator, for the losses with a curvature that changes inside Newton steps that never raise the objective.
    Of a penalty that is not convex the answer is a stationary point which no single weight leaves, reached from strong
    penalties down; under the squared error it is a minimum over every single weight.

    Parameters
    ----------
    penalty : Regularizer, default None
        `L1`, `L2`, `L1L2`, `MCP`, `SCAD`, `LogSum` or `L0`, on their own scale; None is ``L1(0.01)``, the lasso with
        alpha 0.01. Its `factors`, one a feature, make a weighted or adaptive lasso; 0 is for a feature that is not
        penalised.
    loss : "squared_error", "poisson" or "huber", default "squared_error"
        "poisson" is of counts, ``E[y] = exp(X w + b)``, and refuses `L0`; "huber" fits its scale as `HuberRegressor`
        does.
    epsilon : float, default 1.35
        > 1, of "huber": the smaller, the more rows count as outliers.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    n_steps : int, default 20
        Strengths, from the one at which all is zero to the penalty's own, each solved from the one before.
    max_iter : int, default 10000
        Passes over the working set, or Newton steps of the other losses, at each strength.
    tol : float, default 1e-6
        Of the optimality conditions, and of the steps that single weights would still make, relative to the largest
        slope of the loss without coefficients. Of "poisson" and "huber" under `L1`, `L2` and `L1L2` with factors > 0:
        of the duality gap, relative to the loss without coefficients.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, without the stronger penalties.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        Of the dtype of X; zeros are exact.
    intercept_ : float or array of shape (n_targets,)
    dual_gap_ : float or array of shape (n_targets,)
        Under `L1`, `L2` and `L1L2` with factors > 0 the objective is at most this far above its minimum; NaN under the
        others, which have no dual value (without any penalty an estimate by the curvature, no bound).
    kkt_violation_ : float or array of shape (n_targets,)
        The largest distance of a feature from its optimality condition, in units of an L1 strength.
    objective_ : float or array of shape (n_targets,)
        What is minimised, at the answer.
    scale_ : float or array of shape (n_targets,)
        Of "huber".
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

    scale_: Any
    _sometimes = ("scale_",)

    def __init__(
        self,
        penalty: Any = None,
        *,
        loss: Any = "squared_error",
        epsilon: Any = 1.35,
        fit_intercept: Any = True,
        n_steps: Any = 20,
        max_iter: Any = 10000,
        tol: Any = 1e-6,
        warm_start: Any = False,
    ) -> None:
        self.penalty = penalty
        self.loss = loss
        self.epsilon = epsilon
        self.fit_intercept = fit_intercept
        self.n_steps = n_steps
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start

    def _datafit(self, data: Data) -> dict[str, Any]:
        kind = _arguments.choice("fit", "loss", self.loss, LOSSES)
        return core_loss(kind, _arguments.real("fit", "epsilon", self.epsilon, above=1))

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        found = super()._answer(data, paths, least)
        if self.loss != "huber":
            return found
        scales = [float(path["scale"][0]) for path in paths]
        return found | {"scale_": scales[0] if len(scales) == 1 else np.array(scales)}

    def predict(self, X: Any) -> np.ndarray:
        """``X @ coef_.T + intercept_``, of "poisson" its exponential.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,) or (n_samples, n_targets), of the dtype of `coef_`

        Raises
        ------
        NotFittedError, ValueError
            Before fit; for another number of features or names; for numbers that are not finite.
        """
        linear = super().predict(X)
        result: np.ndarray = np.exp(linear) if self.loss == "poisson" else linear
        return result
