"""What every fitted linear classifier can do: decide, predict, score."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ._estimator import Estimator
from ._inputs import check_features, feature_names, read_design, read_weights

__all__ = ["LinearClassifier", "ProbabilityClassifier"]


class LinearClassifier(Estimator):
    """`coef_` (1 or n_classes, n_features), `intercept_` and `classes_` in use."""

    _estimator_type: ClassVar[str] = "classifier"
    _multi_output = False
    coef_: np.ndarray
    intercept_: np.ndarray
    classes_: np.ndarray
    n_features_in_: int
    feature_names_in_: np.ndarray

    def decision_function(self, X: Any) -> np.ndarray:
        """``X @ coef_.T + intercept_``.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,) for two classes, > 0 for `classes_[1]`, else (n_samples, n_classes)

        Raises
        ------
        NotFittedError, ValueError
            Before fit; for another number of features or names; for numbers that are not finite.
        """
        self._check_fitted()
        feature_names(X)
        design, shape, _ = read_design(self, X)
        check_features(self, X, shape[1])
        design.check_finite()
        coef = np.ascontiguousarray(self.coef_, dtype=np.float64)
        intercepts = np.broadcast_to(np.asarray(self.intercept_, np.float64), (len(coef),))
        columns = [design.predict(w, float(b)) for w, b in zip(coef, intercepts, strict=True)]
        scores = columns[0] if len(columns) == 1 else np.stack(columns, axis=1)
        return scores.astype(self.coef_.dtype, copy=False)

    def predict(self, X: Any) -> np.ndarray:
        """The label of the highest score, of shape (n_samples,); X as for `decision_function`."""
        scores = self.decision_function(X)
        chosen = (scores > 0).astype(np.intp) if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_[chosen]

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of rows whose label is predicted."""
        hit = np.asarray(y).ravel() == self.predict(X)
        return float(np.average(hit, weights=read_weights(sample_weight, len(hit))))

    @property
    def sparse_coef_(self) -> Any:
        """`coef_` as a scipy CSR matrix of shape (1 or n_classes, n_features)."""
        from scipy.sparse import csr_matrix

        return csr_matrix(self.coef_)


class ProbabilityClassifier(LinearClassifier):
    """With the logistic model's probabilities."""

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Logarithms of the probabilities, of shape (n_samples, n_classes); X as for `decision_function`."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            return -np.logaddexp(0, np.stack([scores, -scores], axis=1))
        shifted = scores - scores.max(axis=1, keepdims=True)
        result: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return result

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of the classes, of shape (n_samples, n_classes); X as for `decision_function`."""
        result: np.ndarray = np.exp(self.predict_log_proba(X))
        return result / result.sum(axis=1, keepdims=True)
