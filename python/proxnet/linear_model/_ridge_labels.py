"""Classes and labels as targets of -1 and 1, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data import raw
from ._classifier import LinearClassifier
from ._data import Data, Targets
from ._labels import class_weights, read_labels
from ._ridge_model import RidgeModel
from ._ridge_solve import Fit

__all__ = ["RidgeLabels", "several_labels"]


def several_labels(y: np.ndarray) -> bool:
    """Whether a row of y holds several labels, 0 or 1 each."""
    return y.ndim == 2 and y.shape[1] > 1


class RidgeLabels(RidgeModel, LinearClassifier):
    """What ridge classifiers share: how y is read, and how scores decide."""

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
        """The class of every row of X, of shape (n_samples,); of several labels 0 or 1 each, (n_samples, n_labels)."""
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
