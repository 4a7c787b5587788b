"""Base classes of the classifiers: labels as targets, decision_function, predict, score."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from .._input.data import Data, Targets
from .._input.inputs import read_score_weights
from .._input.labels import class_weights, read_labels, read_truth
from .model import LinearModel
from .operation import names_itself
from .probabilities import Probabilities
from .start import dense

__all__ = ["LinearClassifier", "ProbabilityClassifier", "SparseCoefficients", "accuracy"]


class LinearClassifier(LinearModel):
    """Labels as targets; `coef_` has two dimensions."""

    _estimator_type: ClassVar[str] = "classifier"
    _multi_output = False
    class_weight: Any
    classes_: np.ndarray

    def _read_targets(self, y: Any, rows: int, weights: np.ndarray | None) -> Targets:
        classes, numbers = read_labels(self, y, rows)
        return Targets(numbers[np.newaxis], class_weights(self.class_weight, classes, numbers, weights), classes)

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        found = super()._answer(data, paths, least)
        coef = np.atleast_2d(found["coef_"])
        intercept = np.full(len(coef), found["intercept_"], data.dtype)
        return found | {"classes_": data.targets.labels, "coef_": coef, "intercept_": intercept}

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
        scores = self._predict_linear(X)
        return scores[:, 0] if scores.ndim == 2 and scores.shape[1] == 1 else scores

    def predict(self, X: Any) -> np.ndarray:
        """The label of the highest score, of shape (n_samples,); X as for `decision_function`."""
        scores = self.decision_function(X)
        chosen = (scores > 0).astype(np.intp) if scores.ndim == 1 else scores.argmax(axis=1)
        return np.asarray(self.classes_[chosen])

    @names_itself("score")
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy: the fraction of rows predicted correctly; a row with several labels counts if all are correct.

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`; for y or weights of another length, for labels that `fit` would refuse, for strings
            if `fit` had numbers and vice versa, and for weights that are not >= 0.
        """
        predicted = self.predict(X)
        truth = self._read_truth(y, predicted)
        return accuracy(truth, predicted, read_score_weights(sample_weight, len(predicted)))

    def _read_truth(self, y: Any, predicted: np.ndarray) -> np.ndarray:
        """The true labels, in the shape of the predictions."""
        return read_truth(self, y, len(predicted), self.classes_)


class SparseCoefficients(LinearClassifier):
    """A classifier that can store `coef_` as a sparse matrix."""

    def sparsify(self) -> Self:
        """Keep `coef_` as a scipy CSR matrix from now on, which predictions read as well; returns self.

        Raises
        ------
        NotFittedError
            Before fit.
        """
        self._check_fitted()
        self.coef_ = self.sparse_coef_
        return self

    def densify(self) -> Self:
        """Keep `coef_` as an array again, as fit leaves it; returns self.

        Raises
        ------
        NotFittedError
            Before fit.
        """
        self._check_fitted()
        self.coef_ = dense(self.coef_)
        return self


class ProbabilityClassifier(LinearClassifier, Probabilities):
    """A classifier with logistic probabilities."""

    @property
    def _output_activation(self) -> str:
        return "sigmoid"


def accuracy(truth: np.ndarray, predicted: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Fraction of rows predicted correctly; with several labels per row, all of them."""
    hit = truth == predicted
    return float(np.average(hit.all(axis=1) if hit.ndim == 2 else hit, weights=weights))
