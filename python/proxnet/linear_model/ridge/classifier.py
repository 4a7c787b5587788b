"""Ridge classifiers: one-vs-rest ridge regression on targets -1 and 1, with and without cross-validation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data import raw
from .._base.classifier import LinearClassifier
from .._cv.folds import stratified
from .._cv.scores import Task, classification
from .._input.alphas import is_count
from .._input.data import Data, Targets
from .._input.labels import class_weights, read_labels
from .cv import RidgeCVBase
from .ridge import RidgeBase, RidgeModel
from .solve import Fit

__all__ = ["RidgeClassifier", "RidgeClassifierCV", "RidgeLabels", "several_labels"]


def several_labels(y: np.ndarray) -> bool:
    """Whether y is a 0/1 matrix with several labels per row."""
    return y.ndim == 2 and y.shape[1] > 1


class RidgeLabels(RidgeModel, LinearClassifier):
    """Base class of the ridge classifiers: targets -1 and 1 from labels, labels from scores."""

    _multilabel = False

    def _read_targets(self, y: Any, rows: int, weights: np.ndarray | None) -> Targets:
        array = raw("fit", "y", y) if y is not None else np.asarray(y)
        if several_labels(array):
            if array.shape[0] != rows:
                raise ValueError(f"Found input variables with inconsistent numbers of samples: {[rows, len(array)]}")
            if array.dtype.kind not in "fiub" or len(np.unique(array)) > 2 or not np.isin(array, (-1, 0, 1)).all():
                raise ValueError(
                    "[fit] y of two dimensions must hold labels, 0 or 1 (or -1 and 1); several classes a row are not "
                    "supported: multiclass-multioutput"
                )
            if self.class_weight is not None:
                raise ValueError("[fit] class_weight must be None where a row has several labels")
            codes = np.ascontiguousarray(np.where(array.T > 0, 1.0, -1.0))
            return Targets(codes, weights, np.arange(array.shape[1]))
        classes, number = read_labels(self, y, rows)
        factors = class_weights(self.class_weight, classes, number, None)
        if factors is not None:
            weights = factors if weights is None else weights * factors
        count = len(classes)
        positive = np.arange(count)[:, np.newaxis] == number if count > 2 else (number == 1)[np.newaxis]
        return Targets(np.where(positive, 1.0, -1.0), weights, classes)

    def _shaped(self, data: Data, fit: Fit) -> dict[str, Any]:
        return super()._shaped(data, fit) | {
            "intercept_": fit.intercept if self.fit_intercept else 0.0,
            "classes_": data.targets.labels,
            "_multilabel": several_labels(data.truth),
        }

    def predict(self, X: Any) -> np.ndarray:
        """The class of each row, (n_samples,); with several labels per row 0 or 1 for each, (n_samples, n_labels)."""
        return (self.decision_function(X) > 0).astype(np.intp) if self._multilabel else super().predict(X)

    def _read_truth(self, y: Any, predicted: np.ndarray) -> np.ndarray:
        if predicted.ndim == 1 or y is None:
            return super()._read_truth(y, predicted)
        truth = raw("score", "y", y)
        if truth.shape != predicted.shape or not np.isin(truth, (-1, 0, 1)).all():
            raise ValueError(f"[score] y must hold labels, 0 or 1, in shape {predicted.shape}, got {truth.shape}")
        return np.where(truth > 0, 1, 0)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class RidgeClassifier(RidgeLabels, RidgeBase):
    """One-vs-rest ridge regression on targets -1 and 1; predicts the class with the largest score.

    Parameters
    ----------
    alpha : float, default 1.0
        Penalty parameter, >= 0, on the scale of `Ridge`.
    class_weight : dict or "balanced", optional
        Multiplies the sample weights by a factor per class: from the dict (default 1), or "balanced", n_samples /
        (n_classes * rows of the class), which as in scikit-learn ignores `sample_weight`.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    copy_X, random_state
        Accepted for compatibility with scikit-learn; X is never modified.
    max_iter : int, optional
        Maximum number of conjugate gradient iterations; default 10 * n_features.
    tol : float, default 1e-4
        Conjugate gradient tolerance: norm of the gradient, relative to that at zero coefficients.
    solver : str, default "auto"
        "cholesky" factors ``X'X + alpha I``, or ``X X' + alpha I`` if there are more features than rows; a singular
        matrix is solved by its eigenvectors. "svd" decomposes a centred copy of a dense X: the most accurate, but
        numpy's SVD cannot be interrupted by Ctrl-C. "sparse_cg" runs conjugate gradients, as do "lsqr", "sag", "saga"
        and "lbfgs". "auto" is "cholesky" if min(n_samples, n_features) <= 8192, else "sparse_cg".
    positive : bool, default False
        Constrain the coefficients to be >= 0; solved by coordinate descent.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0: ``alpha * sum(penalty_factor * w ** 2)``. A factor of 0 leaves the
        feature unpenalized (not allowed with `positive`); the solver keeps a copy of its column.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        Sorted labels; with several labels per row ``arange(n_labels)``.
    coef_ : array of shape (n_features,) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    dual_gap_ : float or array of shape (n_classes,)
        Duality gap: upper bound on the objective minus its minimum. For alpha=0 only an estimate: the decrease by one
        gradient step.
    kkt_violation_ : float or array of shape (n_classes,)
        Largest absolute entry of half the gradient (with `positive` the KKT violation), on the scale of X'y.
    n_iter_ : array of shape (n_classes,)
        1 for direct solvers.
    solver_ : str
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

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


class RidgeClassifierCV(RidgeLabels, RidgeCVBase):
    """`RidgeClassifier` whose alpha is chosen by cross-validation; one matrix decomposition serves all alphas.

    Parameters
    ----------
    alphas : array of shape (n_alphas,), default (0.1, 1.0, 10.0)
        Values to try, >= 0; > 0 for leave-one-out (`cv=None`).
    scoring : str or callable, optional
        A name of scikit-learn's scorers, or ``scorer(estimator, X, y)``; the alpha with the highest mean score is
        chosen. None is minus the mean squared error of the targets -1 and 1 for leave-one-out, and the accuracy for
        folds. For folds a callable gets the fold's fit as a `RidgeClassifier` and the test rows.
    cv : int, splitter or iterable of (train, test) indices, optional
        None: leave-one-out in closed form. An int is the number of stratified folds.
    class_weight : dict or "balanced", optional
        As in `RidgeClassifier`; "balanced" counts all rows, not those of a fold.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    store_cv_results : bool, default False
        Store `cv_results_`; requires ``cv=None``.
    rule : "min" or "1se", default "min"
        "min": the (first) alpha of the best mean score. "1se": the largest alpha within one standard error of it.
    refit : bool, default True
        If True, refit on all rows at the chosen alpha. If False, average the coefficients of the folds, which requires
        `cv`; `dual_gap_` and `kkt_violation_` are then the maxima over the folds.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0: ``alpha * sum(penalty_factor * w ** 2)``. A factor of 0 leaves the
        feature unpenalized; the solver keeps a copy of its column.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    classes_ : array of shape (n_classes,)
        Sorted labels; with several labels per row ``arange(n_labels)``.
    dual_gap_, kkt_violation_, n_iter_, n_features_in_, feature_names_in_
        As in `RidgeClassifier`, on all rows at `alpha_`.
    alpha_ : float
    alpha_min_, alpha_1se_ : float
        The choices of the rules "min" and "1se".
    best_score_ : float
        The mean score at `alpha_`.
    score_path_, score_error_ : array of shape (n_alphas,)
        Mean scores of the alphas (larger is better), and their standard errors over rows or folds.
    alphas_ : array of shape (n_alphas,)
    coef_path_ : array of shape (n_alphas, n_features) or (n_alphas, n_classes, n_features)
        On all rows.
    mse_path_ : array of shape (n_alphas, n_folds)
        With `cv`: weighted mean squared errors of the targets -1 and 1, averaged over classes.
    cv_results_ : array of shape (n_samples, 1 or n_classes, n_alphas)
        Squared leave-one-out residuals of the targets -1 and 1 times the sample weights; with `scoring` the
        leave-one-out predictions.

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
