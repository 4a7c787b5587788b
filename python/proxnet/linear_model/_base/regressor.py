"""Base class of the regressors: real targets, predict, score."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .._input.data import Targets
from .._input.inputs import one_column, read_score_weights, read_targets
from .._sklearn import compat
from .model import LinearModel
from .operation import names_itself

__all__ = ["LinearRegressor", "r_squared"]


class LinearRegressor(LinearModel):
    """Real targets y, (rows,) or (rows, targets): one problem per column, or one for all columns if `_together`."""

    _one_column: ClassVar[str] = "y should be a 1d array, got an array of shape {shape} instead."

    def _read_targets(self, y: Any, rows: int, weights: np.ndarray | None) -> Targets:
        values = read_targets(self, y, rows)
        if self._together and values.ndim == 1:
            raise ValueError(f"For mono-task outputs, use {type(self).__name__.removeprefix('MultiTask')}")
        if not self._multi_output:
            one_column(values, self._one_column.format(shape=values.shape, name=type(self).__name__))
        return Targets(np.ascontiguousarray(values.reshape(rows, -1).T), weights)

    def predict(self, X: Any) -> np.ndarray:
        """``X @ coef_.T + intercept_``.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,) or (n_samples, n_targets), of the dtype of `coef_`

        Raises
        ------
        NotFittedError, ValueError
            Before fit; for another number of features or names; for numbers that are not finite.
        """
        return self._predict_linear(X)

    @names_itself("score")
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The coefficient of determination R^2, the mean over targets; NaN for a single row.

        1 is a perfect prediction, 0 is as good as predicting the mean.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`; for y or weights of another length, and for weights that are not >= 0.
        """
        targets, predicted, weights = self._compared(X, y, sample_weight)
        if len(predicted) < 2:
            compat.undefined_metric_warning("R^2 score is not well-defined with less than two samples.")
            return float("nan")
        return r_squared(targets, predicted, weights)

    def _compared(self, X: Any, y: Any, sample_weight: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """(targets, predictions, weights) of a score; targets and predictions have the same shape."""
        predicted = np.asarray(self.predict(X), np.float64)
        targets = read_targets(self, y, predicted.shape[0])
        if targets.size != predicted.size:
            raise ValueError(f"[score] y must have shape {predicted.shape} as the predictions, got {targets.shape}")
        weights = read_score_weights(sample_weight, predicted.shape[0])
        return targets.reshape(predicted.shape), predicted, weights

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.single_output = not self._together
        return tags


def r_squared(targets: np.ndarray, predicted: np.ndarray, weights: np.ndarray | None = None) -> float:
    """R^2 = 1 - sum(w (y - f)^2) / sum(w (y - mean(y))^2), averaged over targets.

    For a constant target it is 1 if f = y, else 0.
    """
    weight = np.ones(len(predicted)) if weights is None else weights
    weight = weight.reshape(-1, *[1] * (targets.ndim - 1))
    mean = np.sum(weight * targets, axis=0) / np.sum(weight)
    residual = np.sum(weight * (targets - predicted) ** 2, axis=0)
    total = np.sum(weight * (targets - mean) ** 2, axis=0)
    flat = total == 0
    return float(np.mean(np.where(flat, residual == 0, 1 - residual / np.where(flat, 1.0, total))))
