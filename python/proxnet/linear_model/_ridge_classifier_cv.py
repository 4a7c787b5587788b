"""Ridge regression on classes with its alpha chosen by cross-validation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._alphas import is_count
from ._data import Data
from ._folds import stratified
from ._ridge_classifier import RidgeClassifier
from ._ridge_labels import RidgeLabels, several_labels
from ._ridge_search import RidgeCVBase
from ._scores import Task, classification

__all__ = ["RidgeClassifierCV"]


class RidgeClassifierCV(RidgeLabels, RidgeCVBase):
    """`RidgeClassifier` whose alpha is chosen by cross-validation; one reduction of the system serves all alphas.

    Parameters
    ----------
    alphas : array of shape (n_alphas,), default (0.1, 1.0, 10.0)
        Those to try, >= 0, or > 0 where rows are left out one at a time.
    scoring : str or callable, optional
        As in `RidgeCV`; None is minus the mean squared error of the codes -1 and 1 where rows are left out one at a
        time, and the accuracy in folds. In folds a callable gets a `RidgeClassifier`.
    cv : int, splitter or iterable of (train, test) indices, optional
        As in `RidgeCV`; an int is the number of folds, in each of which the classes have their shares.
    class_weight : dict or "balanced", optional
        As in `RidgeClassifier`; "balanced" by the classes of all rows.
    fit_intercept, store_cv_results, rule, refit, penalty_factor
        As in `RidgeCV`; `cv_results_` has shape (n_samples, 1 or n_classes, n_alphas).

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    classes_, dual_gap_, kkt_violation_, n_iter_, n_features_in_, feature_names_in_
        As in `RidgeClassifier`.
    alpha_, alpha_min_, alpha_1se_, best_score_, score_path_, score_error_, alphas_, coef_path_, mse_path_, cv_results_
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
        refit: Any = True,
        class_weight: Any = None,
        store_cv_results: Any = False,
        rule: Any = "min",
        penalty_factor: Any = None,
    ) -> None:
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.scoring = scoring
        self.cv = cv
        self.refit = refit
        self.class_weight = class_weight
        self.store_cv_results = store_cv_results
        self.rule = rule
        self.penalty_factor = penalty_factor

    def _of_fold(self, alpha: float) -> RidgeClassifier:
        return RidgeClassifier(alpha, fit_intercept=self.fit_intercept, class_weight=self.class_weight)

    def _task(self, data: Data) -> Task:
        several = several_labels(data.truth)
        return classification(data.truth if several else data.truth.ravel(), data.targets.labels, several)

    def _own_folds(self, data: Data) -> Any:
        if not is_count(self.cv) or several_labels(data.truth):
            return None
        return stratified(np.searchsorted(data.targets.labels, data.truth.ravel()), self.cv)
