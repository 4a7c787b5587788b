"""Ridge regression on classes coded as -1 and 1."""

from __future__ import annotations

from typing import Any

from ._ridge import RidgeBase
from ._ridge_labels import RidgeLabels

__all__ = ["RidgeClassifier"]


class RidgeClassifier(RidgeLabels, RidgeBase):
    """Classes by the largest of ridge regressions on -1 and 1, one a class; of two classes, one regression.

    Parameters
    ----------
    alpha : float, default 1.0
        Strength, >= 0, on the scale of `Ridge`.
    class_weight : dict or "balanced", optional
        Times the rows' weights, by class; "balanced" gives all classes the same total.
    fit_intercept, copy_X, max_iter, tol, solver, positive, random_state, penalty_factor
        As in `Ridge`.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        Sorted; of several labels their numbers.
    coef_ : array of shape (n_features,) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    dual_gap_, kkt_violation_, n_iter_, solver_, n_features_in_, feature_names_in_
        As in `Ridge`.

    Examples
    --------
    >>> from proxnet.linear_model import RidgeClassifier
    >>> model = RidgeClassifier().fit([[0.0], [1.0], [4.0], [5.0]], ["low", "low", "high", "high"])
    >>> model.predict([[0.5], [6.0]]).tolist()
    ['low', 'high']
    """

    def __init__(
        self,
        alpha: Any = 1.0,
        *,
        fit_intercept: Any = True,
        copy_X: Any = True,
        max_iter: Any = None,
        tol: Any = 1e-4,
        class_weight: Any = None,
        solver: Any = "auto",
        positive: Any = False,
        random_state: Any = None,
        penalty_factor: Any = None,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.max_iter = max_iter
        self.tol = tol
        self.class_weight = class_weight
        self.solver = solver
        self.positive = positive
        self.random_state = random_state
        self.penalty_factor = penalty_factor
