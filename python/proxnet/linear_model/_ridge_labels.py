"""Classes and labels as targets of -1 and 1, and back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from . import _sklearn
from ._inputs import read_weights
from ._labels import class_weights, read_labels
from ._regressor import LinearRegressor
from ._scores import accuracy

__all__ = ["Labels", "RidgeLabels"]


class Labels(NamedTuple):
    """How y is read.

    classes: sorted. multilabel: whether a row has several. truth: y as an array. targets: -1 and 1, (targets, rows).
    weights: the rows', with those of their classes.
    """

    classes: np.ndarray
    multilabel: bool
    truth: np.ndarray
    targets: np.ndarray
    weights: np.ndarray | None


class RidgeLabels(LinearRegressor):
    """What ridge classifiers share: how y is read, and how scores decide."""

    _estimator_type = "classifier"
    _multi_output = False
    _multilabel = False
    class_weight: Any
    classes_: np.ndarray

    def _read_labels(self, y: Any, rows: int, weights: np.ndarray | None) -> Labels:
        array = np.asarray(y)
        multilabel = array.ndim == 2 and array.shape[1] > 1
        if multilabel:
            if array.shape[0] != rows:
                raise ValueError(f"Found input variables with inconsistent numbers of samples: {[rows, len(array)]}")
            if array.dtype.kind not in "fiub" or len(np.unique(array)) > 2 or not np.isin(array, (-1, 0, 1)).all():
                raise ValueError(
                    "[fit] y of two dimensions must hold labels, 0 or 1 (or -1 and 1); several classes a row are not "
                    "supported: multiclass-multioutput"
                )
            if self.class_weight is not None:
                raise ValueError("[fit] class_weight must be None where a row has several labels")
            targets = np.ascontiguousarray(np.where(array.T > 0, 1.0, -1.0))
            return Labels(np.arange(array.shape[1]), True, array, targets, weights)
        classes, number = read_labels(self, y, rows)
        factors = class_weights(self.class_weight, classes, number, None)
        if factors is not None:
            weights = factors if weights is None else weights * factors
        count = len(classes)
        positive = np.arange(count)[:, np.newaxis] == number if count > 2 else (number == 1)[np.newaxis]
        return Labels(classes, False, array.ravel(), np.where(positive, 1.0, -1.0), weights)

    def _record_labels(self, labels: Labels) -> None:
        self.classes_, self._multilabel = labels.classes, labels.multilabel

    def decision_function(self, X: Any) -> np.ndarray:
        """``X @ coef_.T + intercept_``: of shape (n_samples,) for two classes, else (n_samples, n_classes)."""
        scores = self._predict_linear(X)
        return scores[:, 0] if scores.ndim == 2 and scores.shape[1] == 1 else scores

    def predict(self, X: Any) -> np.ndarray:
        """The class of every row of X, of shape (n_samples,); of several labels 0 or 1 each, (n_samples, n_labels)."""
        scores = self.decision_function(X)
        if self._multilabel:
            return (scores > 0).astype(np.intp)
        which = (scores > 0).astype(np.intp) if scores.ndim == 1 else scores.argmax(axis=1)
        return np.asarray(self.classes_[which])

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of rows whose class, or all of whose labels, are predicted."""
        predicted = self.predict(X)
        return accuracy(np.asarray(y), predicted, read_weights(sample_weight, len(predicted)))

    def __sklearn_tags__(self) -> Any:
        tags = _sklearn.tags("classifier", multi_output=False)
        tags.classifier_tags.multi_class = True
        tags.classifier_tags.multi_label = True
        return tags
