"""Metrics given as Python functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._config import serialize
from .metric_base import Metric

__all__ = ["FunctionMetric"]


class FunctionMetric(Metric):
    """A Python function of (y_true, y_pred), evaluated once an epoch on predictions for all rows.

    It returns a number, or one a row, whose mean counts (by the sample weights where it is a weighted metric).
    """

    def __init__(self, function: Any) -> None:
        super().__init__(getattr(function, "__name__", type(function).__name__))
        self.function = function

    def _written(self) -> Any:
        return serialize(self.function)

    def of_rows(self, operation: str, y: Any, p: Any, weight: Any) -> float:
        """The number for these targets and outputs; `weight` is None where rows count alike."""
        value = np.asarray(self.function(y, p), dtype=np.float64)
        if value.ndim == 0:
            if weight is not None:
                raise ValueError(
                    f"[{operation}] metric {self.name!r} returns one number, which no sample weight can enter"
                )
            return float(value)
        if value.shape[0] != y.shape[0]:
            raise ValueError(
                f"[{operation}] metric {self.name!r} must return one number or {y.shape[0]}, one a row, "
                f"got {value.shape}"
            )
        return float(np.average(value.reshape(y.shape[0], -1).mean(axis=1), weights=weight))
