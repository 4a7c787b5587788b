"""Linear support vector classification with the squared hinge."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .. import _arguments
from ._classifier import LinearClassifier
from ._glm import solve, weight_sum
from ._inputs import feature_names, read_design, read_weights, record_features
from ._labels import class_weights, read_labels
from ._logistic import strength

__all__ = ["LinearSVC"]


class LinearSVC(LinearClassifier):
    """Linear support vector classification, squared hinge, L1 or L2 penalty, with a certificate.

    Minimises ``C * sum of the rows' max(0, 1 - y (x w + b))^2 + |w|_1`` or ``... + 1/2 |w|_2^2``; as in scikit-learn's
    class of this name, w includes the intercept, as the coefficient of a column of `intercept_scaling`. More than two
    classes are one problem each against the rest.

    Parameters
    ----------
    penalty : "l1" or "l2", default "l2"
    loss : "squared_hinge"
        The only one.
    tol : float, default 1e-4
        Of the duality gap, relative to the loss without coefficients.
    C : float, default 1.0
        Inverse of the penalty's strength, > 0.
    fit_intercept : bool, default True
    intercept_scaling : float, default 1
        > 0; the larger, the less the intercept is penalised.
    class_weight : dict or "balanced", optional
        As in `LogisticRegression`.
    max_iter : int, default 1000
        Newton steps.
    dual, multi_class, verbose, random_state
        Accepted for scikit-learn's sake.

    Attributes
    ----------
    coef_ : array of shape (1 or n_classes, n_features)
        Of the dtype of X; zeros are exact.
    intercept_ : array of shape (1 or n_classes,)
    classes_ : array of shape (n_classes,)
    dual_gap_ : array of shape (1 or n_classes,)
        The objective over C times the sum of the rows' weights is at most this far above its minimum.
    kkt_violation_ : array of shape (1 or n_classes,)
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import LinearSVC
    >>> X = np.random.default_rng(0).normal(size=(200, 10))
    >>> model = LinearSVC(penalty="l1", C=0.05).fit(X, X[:, 0] - X[:, 1] > 0)
    >>> np.flatnonzero(model.coef_[0])
    array([0, 1])
    """

    def __init__(
        self,
        penalty: Any = "l2",
        loss: Any = "squared_hinge",
        *,
        dual: Any = "auto",
        tol: Any = 1e-4,
        C: Any = 1.0,
        multi_class: Any = "ovr",
        fit_intercept: Any = True,
        intercept_scaling: Any = 1,
        class_weight: Any = None,
        verbose: Any = 0,
        random_state: Any = None,
        max_iter: Any = 1000,
    ) -> None:
        self.penalty = penalty
        self.loss = loss
        self.dual = dual
        self.tol = tol
        self.C = C
        self.multi_class = multi_class
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.verbose = verbose
        self.random_state = random_state
        self.max_iter = max_iter

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
        y : array of shape (n_samples,)
            Labels, of two classes or more.
        sample_weight : array of shape (n_samples,), optional
            >= 0.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            For anything that is not finite, of the wrong shape, or out of its range.
        """
        _arguments.choice("fit", "loss", self.loss, ("squared_hinge",))
        ratio = 1.0 if _arguments.choice("fit", "penalty", self.penalty, ("l1", "l2")) == "l1" else 0.0
        with_intercept = _arguments.flag("fit", "fit_intercept", self.fit_intercept)
        scaling = _arguments.real("fit", "intercept_scaling", self.intercept_scaling, above=0)
        design, shape, dtype = read_design(self, X)
        classes, numbers = read_labels(self, y, shape[0])
        names = feature_names(X)
        weights = read_weights(sample_weight, shape[0])
        weights = class_weights(self.class_weight, classes, numbers, weights)
        alpha = strength(self.C) / weight_sum(weights, shape[0])
        problems = [numbers] if len(classes) == 2 else [(numbers == k).astype(np.float64) for k in range(len(classes))]
        results = [
            solve(
                design,
                target,
                weights,
                loss="squared_hinge",
                constant_column=scaling if with_intercept else 0.0,
                alphas=[alpha],
                l1_ratio=ratio,
                fit_intercept=False,
                tol=self.tol,
                max_iter=self.max_iter,
            )
            for target in problems
        ]
        record_features(self, names, shape[1])
        self.classes_ = classes
        self.coef_ = np.concatenate([result["coef"][0] for result in results]).astype(dtype, copy=False)
        self.intercept_ = np.concatenate([result["intercept"][0] for result in results]).astype(dtype, copy=False)
        self.dual_gap_ = np.concatenate([result["gap"] for result in results])
        self.kkt_violation_ = np.concatenate([result["kkt"] for result in results])
        self.n_iter_ = max(1, *(result["iterations"][0] for result in results))
        return self
