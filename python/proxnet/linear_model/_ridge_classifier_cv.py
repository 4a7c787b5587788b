"""Ridge regression on classes with its alpha chosen by cross-validation."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .. import _arguments
from ._alphas import is_count
from ._folds import stratified
from ._inputs import feature_names, read_design, read_weights, record_features
from ._ridge_labels import RidgeLabels
from ._ridge_search import RidgeCVBase
from ._ridge_solve import Problem
from ._scores import classification

__all__ = ["RidgeClassifierCV"]


class RidgeClassifierCV(RidgeLabels, RidgeCVBase):
    """`RidgeClassifier` whose alpha is chosen by cross-validation; one eigendecomposition serves all alphas.

    Parameters
    ----------
    alphas : array of shape (n_alphas,), default (0.1, 1.0, 10.0)
        Those to try, >= 0, or > 0 where rows are left out one at a time.
    scoring : str or callable, optional
        As in `RidgeCV`; None is minus the mean squared error of the codes -1 and 1 where rows are left out one at a
        time, and the accuracy in folds.
    cv : int, splitter or iterable of (train, test) indices, optional
        As in `RidgeCV`; an int is the number of folds, in each of which the classes have their shares.
    class_weight : dict or "balanced", optional
        As in `RidgeClassifier`; "balanced" by the classes of all rows.
    fit_intercept, store_cv_results, rule
        As in `RidgeCV`; `cv_results_` has shape (n_samples, 1 or n_classes, n_alphas).

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    classes_, n_features_in_, feature_names_in_
        As in `RidgeClassifier`.
    alpha_, alpha_min_, alpha_1se_, best_score_, alphas_, coef_path_, mse_path_, cv_results_
        As in `RidgeCV`.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import RidgeClassifierCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 4))
    >>> model = RidgeClassifierCV([0.1, 10.0, 1000.0], cv=3).fit(X, X[:, 0] > 0)
    >>> model.alpha_, model.score(X, X[:, 0] > 0) > 0.9
    (10.0, True)
    """

    def __init__(
        self,
        alphas: Any = (0.1, 1.0, 10.0),
        *,
        fit_intercept: Any = True,
        scoring: Any = None,
        cv: Any = None,
        class_weight: Any = None,
        store_cv_results: Any = False,
        rule: Any = "min",
    ) -> None:
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.scoring = scoring
        self.cv = cv
        self.class_weight = class_weight
        self.store_cv_results = store_cv_results
        self.rule = rule

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:
        """Errors of every alpha on rows that did not train, the choice, and the fit on all rows.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
        y : array of shape (n_samples,) or (n_samples, n_labels)
            As in `RidgeClassifier`.
        sample_weight : array of shape (n_samples,), optional
        **params
            As in `LassoCV.fit`.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As `RidgeCV.fit`; for a single class, or a target that is no class.
        """
        design, shape, dtype = read_design(self, X)
        given = read_weights(sample_weight, shape[0], scalar_counts=True)
        labels = self._read_labels(y, shape[0], given)
        names = feature_names(X)
        intercept = _arguments.flag("fit", "fit_intercept", self.fit_intercept)
        problem = Problem(design, shape, labels.targets, labels.weights, intercept)
        task = classification(labels.truth, labels.classes, labels.multilabel)
        folds = None
        if is_count(self.cv) and not labels.multilabel:
            folds = stratified(np.searchsorted(labels.classes, labels.truth), self.cv)
        fit = self._search(X, y, problem, task, given, params, dtype, folds)
        record_features(self, names, shape[1])
        self._record_labels(labels)
        self.coef_ = (fit.coef[0] if len(fit.coef) == 1 else fit.coef).astype(dtype, copy=False)
        self.intercept_ = fit.intercept if problem.intercept else 0.0
        return self
