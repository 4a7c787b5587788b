"""The logistic model's probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Probabilities"]


class Probabilities:
    """Class probabilities from `decision_function`: sigmoid for two classes, softmax for more."""

    def decision_function(self, X: Any) -> np.ndarray:
        """Scores, of shape (n_samples,) or (n_samples, n_classes)."""
        raise NotImplementedError

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Logarithms of the class probabilities, of shape (n_samples, n_classes).

        Takes and raises the same as `decision_function`.
        """
        scores = self.decision_function(X)
        if scores.ndim == 1:
            return -np.logaddexp(0, np.stack([scores, -scores], axis=1))
        shifted = scores - scores.max(axis=1, keepdims=True)
        result: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return result

    def predict_proba(self, X: Any) -> np.ndarray:
        """Class probabilities, of shape (n_samples, n_classes).

        Takes and raises the same as `decision_function`.
        """
        result: np.ndarray = np.exp(self.predict_log_proba(X))
        return result / result.sum(axis=1, keepdims=True)
