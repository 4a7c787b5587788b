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
        Times the rows' weights, by class. "balanced": n_samples / (n_classes * rows of the class), whatever
        `sample_weight` is, as in scikit-learn; so all classes have the same total where the rows weigh alike.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    copy_X, random_state
        Accepted for scikit-learn's sake; X is never written.
    max_iter : int, optional
        Of conjugate gradients; by default 10 times the number of features.
    tol : float, default 1e-4
        Of conjugate gradients: the norm of the gradient over that at zero.
    solver : str, default "auto"
        "cholesky": the system of X'X, or of X X' where there are more features than rows; its eigenvectors where that
        is singular. "svd": of a centred copy of a dense X, the most accurate; it is numpy's, which Ctrl-C does not
        interrupt. "sparse_cg": conjugate gradients, which also serve for "lsqr", "sag", "saga" and "lbfgs". "auto":
        "cholesky" up to 8192 rows or features, else "sparse_cg".
    positive : bool, default False
        Only coefficients >= 0, by coordinate descent.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature: ``alpha * sum(penalty_factor * w ** 2)``; >= 0, where 0 is for a feature
        that is not penalised (not with `positive`): a copy of such columns is kept.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        Sorted; of several labels their numbers.
    coef_ : array of shape (n_features,) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    dual_gap_ : float or array of shape (n_classes,)
        The objective is at most this far above its minimum (for alpha=0 an estimate, what a step along the gradient
        would gain).
    kkt_violation_ : float or array of shape (n_classes,)
        The largest entry of half the objective's gradient (with `positive` the distance from the optimality
        condition), in units of X'y.
    n_iter_ : array of shape (n_classes,)
        1 where the solver is direct.
    solver_ : str
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

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
