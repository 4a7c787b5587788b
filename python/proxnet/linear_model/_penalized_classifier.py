"""Logistic regression under a penalty object: MCP, SCAD, L0, weighted and adaptive lasso."""

from __future__ import annotations

from typing import Any

from ._classifier import ProbabilityClassifier, SparseCoefficients
from ._data import Data
from ._logistic import classes_loss
from ._penalty_objects import PenaltyObjective

__all__ = ["PenalizedClassifier"]


class PenalizedClassifier(PenaltyObjective, ProbabilityClassifier, SparseCoefficients):
    """Logistic regression under any penalty of `proxnet.regularizers` that acts on single weights.

    Minimises ``mean of the rows' log losses + penalty(w)`` by Newton steps on a working set, whose coordinate steps are
    the penalty's own proximal operator and which never raise the objective. Of a penalty that is not convex the answer
    is a stationary point which no single weight leaves, reached from strong penalties down. Two classes have one row of
    coefficients, more are the multinomial model with a row each. Where a plane parts the classes, a penalty that is
    bounded (`MCP`, `SCAD`, `L0`) has no minimum: coefficients grow until `max_iter`, with a warning.

    Parameters
    ----------
    penalty : Regularizer, default None
        `L1`, `L2`, `L1L2`, `MCP`, `SCAD`, `LogSum` or `L0`, on their own scale; None is ``L1(0.01)``: ``L1(1 / (C n))``
        is `LogisticRegression` with ``l1_ratio=1``. Its `factors`, one a feature, make a weighted or adaptive lasso; 0
        is for a feature that is not penalised.
    class_weight : dict or "balanced", optional
        Multiplies the rows' weights: per label (1 where none is given), or inversely to the classes' weights.
    fit_intercept : bool, default True
        Fit intercepts, which are not penalised.
    n_steps : int, default 20
        Strengths, from the one at which all is zero to the penalty's own, each solved from the one before; convex
        penalties need none.
    max_iter : int, default 1000
        Newton steps, at each strength.
    tol : float, default 1e-6
        Under `L1`, `L2` and `L1L2` with factors > 0 of the duality gap, relative to the loss without coefficients;
        under the others of the optimality conditions, and of the steps that single weights would still make, relative
        to the largest slope of the loss without coefficients.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, without the stronger penalties.

    Attributes
    ----------
    coef_ : array of shape (1 or n_classes, n_features)
        Of the dtype of X; zeros are exact.
    intercept_ : array of shape (1 or n_classes,)
    classes_ : array of shape (n_classes,)
    dual_gap_ : float
        Under `L1`, `L2` and `L1L2` with factors > 0 the objective is at most this far above its minimum; NaN under the
        others, which have no dual value (without any penalty an estimate by the curvature, no bound).
    kkt_violation_ : float
        The largest distance of a coefficient from its optimality condition, in units of an L1 strength.
    objective_ : float
        What is minimised, at the answer.
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

    References
    ----------
    Breheny and Huang, 2011, for MCP and SCAD in logistic regression; Lee, Sun and Saunders, 2014, for proximal Newton
    steps.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import PenalizedClassifier
    >>> from proxnet.regularizers import MCP
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 10))
    >>> y = np.where(X[:, 0] - X[:, 1] + rng.logistic(size=200) > 0, "yes", "no")
    >>> model = PenalizedClassifier(MCP(0.1, gamma=6.0)).fit(X, y)
    >>> np.flatnonzero(model.coef_[0])
    array([0, 1])
    >>> model.predict_proba(X).shape
    (200, 2)
    """

    def __init__(
        self,
        penalty: Any = None,
        *,
        class_weight: Any = None,
        fit_intercept: Any = True,
        n_steps: Any = 20,
        max_iter: Any = 1000,
        tol: Any = 1e-6,
        warm_start: Any = False,
    ) -> None:
        self.penalty = penalty
        self.class_weight = class_weight
        self.fit_intercept = fit_intercept
        self.n_steps = n_steps
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start

    def _datafit(self, data: Data) -> dict[str, Any]:
        return classes_loss(len(data.targets.labels))
