"""Accuracies: the fraction of rows or outputs that are predicted correctly."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check, _core
from .._check.keywords import MetricKeywords
from ..losses import Loss
from .metric import Metric


class BinaryAccuracy(Metric):
    """Mean of (p > threshold) == y over the outputs; `threshold` default 0.5.

    Under a binary crossentropy with `from_logits=True` the outputs are logits, and 0.5 cuts them at 0.
    """

    _direction = "up"
    identifier = "binary_accuracy"

    def __init__(self, name: str | None = None, threshold: float = 0.5, **unknown: Unpack[MetricKeywords]) -> None:
        super().__init__(name, **unknown)
        self.threshold = _check.real("BinaryAccuracy", "threshold", threshold)

    def _settings(self, logits: bool) -> dict[str, Any]:
        return {"threshold": 0.0 if logits and self.threshold == 0.5 else self.threshold}


class CategoricalAccuracy(Metric):
    """Fraction of rows with argmax p == argmax y; y one-hot."""

    _direction = "up"
    identifier = "categorical_accuracy"


class SparseCategoricalAccuracy(Metric):
    """Fraction of rows with argmax p == y; y class numbers."""

    _class_numbers = True
    _direction = "up"
    identifier = "sparse_categorical_accuracy"


class TopKCategoricalAccuracy(Metric):
    """Fraction of rows where fewer than `k` (default 5) outputs exceed p[argmax y]; y one-hot."""

    _direction = "up"
    identifier = "top_k_categorical_accuracy"

    def __init__(self, k: int = 5, name: str | None = None, **unknown: Unpack[MetricKeywords]) -> None:
        super().__init__(name, **unknown)
        self.k = _check.integer(type(self).__name__, "k", k, minimum=1)

    def _settings(self, logits: bool) -> dict[str, Any]:
        return {"k": self.k}


class SparseTopKCategoricalAccuracy(TopKCategoricalAccuracy):
    """Fraction of rows where fewer than `k` (default 5) outputs exceed p[y]; y class numbers."""

    _class_numbers = True
    _later = {"dtype": None, "from_sorted_ids": False}  # noqa: RUF012
    identifier = "sparse_top_k_categorical_accuracy"


class Accuracy(Metric):
    """Mean of p == y over the outputs, as Keras' class of that name; the string "accuracy" suits classifiers."""

    _direction = "up"
    identifier = "accuracy"

    def _core_metric(self, logits: bool = False) -> _core.Metric:
        return _core.Metric("equality")


class _AccuracyByShape(Metric):
    """The string 'accuracy': sparse for class numbers, binary for one output, categorical otherwise."""

    _direction = "up"
    identifier = "accuracy"

    def _resolve(self, operation: str, outputs: int, loss: Loss) -> _core.Metric:
        if loss.targets == "class numbers":
            return _core.Metric.sparse_categorical_accuracy
        if outputs == 1:
            return BinaryAccuracy()._resolve(operation, outputs, loss)
        return _core.Metric.categorical_accuracy
