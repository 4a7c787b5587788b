"""The base of the metrics."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from .. import _check, _core, data
from .._check.config import Configurable
from .._check.keywords import MetricKeywords
from ..losses import BinaryCrossentropy, Loss, target_rows

__all__ = ["Metric", "takes_logits"]


def takes_logits(loss: Loss) -> bool:
    """Whether the loss takes the outputs as logits of probabilities."""
    return isinstance(loss, BinaryCrossentropy) and bool(loss.get_config()["from_logits"])


class Metric(Configurable):
    """Base of the metrics: a number over all rows of an epoch, as a weighted metric by the sample weights.

    Parameters
    ----------
    name : str, optional
        Key in the history; default: the metric's own name.

    Examples
    --------
    >>> import proxnet
    >>> proxnet.metrics.Precision(thresholds=0.7)([0, 1, 1], [0.6, 0.8, 0.9])
    1.0
    """

    _FIXED = True
    name: str
    _MODULE = "proxnet.metrics"
    identifier = ""
    _class_numbers = False  # whether y is one column of class numbers
    _direction = "down"  # whether larger ("up") or smaller numbers are better
    _later: dict[str, Any] = {"dtype": None}  # noqa: RUF012

    def __init__(self, name: str | None = None, **unknown: Unpack[MetricKeywords]) -> None:
        operation = type(self).__name__
        _check.refuse_keywords(operation, unknown, type(self), self._later)
        self.name = self.identifier if name is None else _check.text(operation, "name", name)

    def _core_metric(self, logits: bool = False) -> _core.Metric:
        return _core.Metric(self.identifier, **self._settings(logits))

    def _settings(self, logits: bool) -> dict[str, Any]:
        """Arguments of the core's metric; with `logits`, p is the sigmoid of the outputs."""
        return {}

    def _resolve(self, operation: str, outputs: int, loss: Loss) -> _core.Metric:
        """The core's metric for a model with this number of outputs and this loss."""
        if (loss.targets == "class numbers") != self._class_numbers:
            wanted = "class numbers" if self._class_numbers else "targets of the outputs' shape"
            raise ValueError(
                f"[{operation}] metric {self.name!r} compares with {wanted}, which loss {loss.name!r} does not take"
            )
        return self._core_metric(takes_logits(loss))

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
        """The metric of outputs `y_pred`, (rows, outputs) or (rows,), as a number; computed in float64."""
        wide = np.dtype(np.float64)
        p = data.numbers(self.name, "y_pred", y_pred, wide)
        p = p.reshape(-1, 1) if p.ndim < 2 else p
        y = target_rows(self.name, data.numbers(self.name, "y_true", y_true, wide), p)
        weight = None
        if sample_weight is not None:
            weight = data.numbers(self.name, "sample_weight", sample_weight, wide).reshape(-1)
        return self._core_metric().value(y, p, weight)
