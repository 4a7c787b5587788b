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
        A name of scikit-learn's scorers, or ``scorer(estimator, X, y)``, whose highest value chooses. None is minus the
        mean squared error of the codes -1 and 1 where rows are left out one at a time, and the accuracy in folds. In
        folds a callable gets the fold's fit as a `RidgeClassifier` and the rows it tests on.
    cv : int, splitter or iterable of (train, test) indices, optional
        None leaves every row out in turn, by the closed form; an int is the number of folds, in each of which the
        classes have their shares.
    class_weight : dict or "balanced", optional
        As in `RidgeClassifier`; "balanced" counts all rows, not those of a fold.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    store_cv_results : bool, default False
        Keep `cv_results_`; without `cv` only.
    rule : "min" or "1se", default "min"
        The alpha of the best mean score, of equal ones the first; or the largest alpha within one standard error of it.
    refit : bool, default True
        Fit on all rows at the chosen alpha; else the coefficients of the folds' fits are averaged, which needs `cv`;
        the figures of the answer are then the worst of theirs.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature: ``alpha * sum(penalty_factor * w ** 2)``; >= 0, where 0 is for a feature
        that is not penalised (not with `positive`): a copy of such columns is kept.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    classes_ : array of shape (n_classes,)
        Sorted; of several labels their numbers.
    dual_gap_, kkt_violation_, n_iter_, n_features_in_, feature_names_in_
        As in `RidgeClassifier`, on all rows at `alpha_`.
    alpha_ : float
    alpha_min_, alpha_1se_ : float
        What the two rules choose.
    best_score_ : float
        The mean score at `alpha_`.
    score_path_, score_error_ : array of shape (n_alphas,)
        The mean scores that chose, the larger the better, and their standard errors over rows or folds.
    alphas_ : array of shape (n_alphas,)
    coef_path_ : array of shape (n_alphas, n_features) or (n_alphas, n_classes, n_features)
        On all rows.
    mse_path_ : array of shape (n_alphas, n_folds)
        With `cv`; of the codes -1 and 1, weighted, the mean over classes.
    cv_results_ : array of shape (n_samples, 1 or n_classes, n_alphas)
        Squared errors of the codes of the rows left out, times their weights; with `scoring` their predictions.

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
