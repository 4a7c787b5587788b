"""Metrics: what is reported beside the loss, under Keras' names."""

from __future__ import annotations

from typing import Any

from . import _arguments, _core, _names
from ._config import Configurable, deserialize, serialize
from .losses import Loss, SparseCategoricalCrossentropy

__all__ = [
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Metric",
    "SparseCategoricalAccuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "deserialize",
    "get",
    "mean_absolute_error",
    "mean_squared_error",
    "serialize",
    "sparse_categorical_accuracy",
]


class Metric(Configurable):
    """Base of the metrics: means over the rows, or over the sample weights where given as weighted metrics.

    Parameters
    ----------
    name : str, optional
        Key in the history; default: the metric's own name.
    """

    _core_metric: _core.Metric
    _class_numbers = False  # compares with one column of class numbers
    _direction = "down"  # which way is better, as Keras' callbacks ask
    _later: dict[str, Any] = {"dtype": None}  # noqa: RUF012
    identifier = ""

    def __init__(self, name: str | None = None, **unknown: Any) -> None:
        operation = type(self).__name__
        _names.refuse_keywords(operation, unknown, ("name",), self._later)
        self.name = self.identifier if name is None else _arguments.text(operation, "name", name)

    def _resolve(self, operation: str, outputs: int, loss: Loss) -> _core.Metric:
        """The core's metric for a model with so many outputs under this loss."""
        if isinstance(loss, SparseCategoricalCrossentropy) != self._class_numbers:
            wanted = "class numbers" if self._class_numbers else "targets of the outputs' shape"
            raise ValueError(
                f"[{operation}] metric {self.name!r} compares with {wanted}, which loss {loss.name!r} does not take"
            )
        return self._core_metric

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"


class BinaryAccuracy(Metric):
    """Mean of (p > 0.5) == y over the outputs."""

    _core_metric = _core.Metric.binary_accuracy
    _direction = "up"
    _later = {"dtype": None, "threshold": 0.5}  # noqa: RUF012
    identifier = "binary_accuracy"


class CategoricalAccuracy(Metric):
    """How often the largest output is the largest target's (one-hot targets)."""

    _core_metric = _core.Metric.categorical_accuracy
    _direction = "up"
    identifier = "categorical_accuracy"


class SparseCategoricalAccuracy(Metric):
    """How often the largest output is the class's (targets are class numbers)."""

    _core_metric = _core.Metric.sparse_categorical_accuracy
    _class_numbers = True
    _direction = "up"
    identifier = "sparse_categorical_accuracy"


class MeanSquaredError(Metric):
    """(y - p)^2, mean over the outputs."""

    _core_metric = _core.Metric.mean_squared_error
    identifier = "mean_squared_error"


class MeanAbsoluteError(Metric):
    """|y - p|, mean over the outputs."""

    _core_metric = _core.Metric.mean_absolute_error
    identifier = "mean_absolute_error"


class _AccuracyByShape(Metric):
    """What the string 'accuracy' means: sparse for class numbers, binary for one output, categorical otherwise."""

    _direction = "up"
    identifier = "accuracy"

    def _resolve(self, operation: str, outputs: int, loss: Loss) -> _core.Metric:
        if isinstance(loss, SparseCategoricalCrossentropy):
            return _core.Metric.sparse_categorical_accuracy
        return _core.Metric.binary_accuracy if outputs == 1 else _core.Metric.categorical_accuracy


binary_accuracy = BinaryAccuracy
categorical_accuracy = CategoricalAccuracy
sparse_categorical_accuracy = SparseCategoricalAccuracy
mean_squared_error = MeanSquaredError
mean_absolute_error = MeanAbsoluteError

_ALL = (BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy, MeanSquaredError, MeanAbsoluteError)
_KNOWN: dict[str, type[Metric]] = {metric.identifier: metric for metric in _ALL}
_KNOWN |= {"accuracy": _AccuracyByShape, "acc": _AccuracyByShape, "mse": MeanSquaredError, "mae": MeanAbsoluteError}
_LATER = _names.words(
    "auc precision recall f1_score root_mean_squared_error rmse r2_score mape mean_absolute_percentage_error "
    "top_k_categorical_accuracy binary_crossentropy bce categorical_crossentropy sparse_categorical_crossentropy "
    "crossentropy ce hinge cosine_similarity kl_divergence poisson log_cosh"
)


def get(identifier: Any, operation: str = "metrics.get") -> Metric:
    """A metric from its name, its class or itself; one given as a string carries that very string as its name.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For anything that is no metric of this module.
    """
    metric = _names.resolve(operation, "metric", identifier, _KNOWN, Metric, _LATER)
    if isinstance(identifier, str):
        metric.name = identifier
    return metric
