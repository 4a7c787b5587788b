"""Metrics given as Python functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._check.config import serialize
from .metric import Metric

__all__ = ["FunctionMetric", "is_keras_metric"]


def is_keras_metric(thing: Any) -> bool:
    """Whether it is an object with the methods of Keras' metrics."""
    names = ("reset_state", "update_state", "result")
    return not isinstance(thing, type) and all(callable(getattr(thing, name, None)) for name in names)


class FunctionMetric(Metric):
    """A Python function of (y_true, y_pred), evaluated once per epoch on predictions for all rows.

    The function returns a number, or an array of one number per row, of which the metric is the mean (as a weighted
    metric the mean by sample weights). For an object with Keras' `reset_state`, `update_state` and `result`, these are
    called in this order, with all rows at once.
    """

    has_state: bool

    def __init__(self, function: Any) -> None:
        self.function = function
        self.has_state = is_keras_metric(function)
        name = getattr(function, "name", None) if self.has_state else None
        super().__init__(name if isinstance(name, str) else getattr(function, "__name__", type(function).__name__))
        rising = self.name.endswith(("acc", "accuracy", "auc"))  # Keras' rule for names
        self._direction = getattr(function, "_direction", "up" if rising else "down")

    def _written(self) -> Any:
        return serialize(self.function)

    def of_rows(self, operation: str, y: Any, p: Any, weight: Any) -> float:
        """The metric for targets y, outputs p and weights of rows, None for equal ones."""
        if self.has_state:
            self.function.reset_state()
            self.function.update_state(y, p, **({} if weight is None else {"sample_weight": weight}))
            result = np.asarray(self.function.result(), dtype=np.float64)
            if result.size != 1:
                raise ValueError(f"[{operation}] metric {self.name!r} must give one number, got shape {result.shape}")
            return float(result.reshape(()))
        value = np.asarray(self.function(y, p), dtype=np.float64)
        if value.ndim == 0:
            if weight is not None:
                raise ValueError(
                    f"[{operation}] metric {self.name!r} must return a number per row to be weighted, it returns one"
                )
            return float(value)
        if value.shape[0] != y.shape[0]:
            raise ValueError(
                f"[{operation}] metric {self.name!r} must return one number, or one per row, {y.shape[0]}, "
                f"got {value.shape}"
            )
        return float(np.average(value.reshape(y.shape[0], -1).mean(axis=1), weights=weight))
