"""Losses as metrics: the mean of a loss over the rows of an epoch."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _core, losses
from .._check.keywords import LossKeywords
from ..losses import Loss
from .metric import Metric


class _LossMetric(Metric):
    """The mean of a loss; takes the loss's parameters."""

    _loss: type[Loss]

    def __init__(self, name: str | None = None, **parameters: Unpack[LossKeywords]) -> None:
        later = {key: parameters.pop(key) for key in ("dtype",) if key in parameters}
        super().__init__(name, **later)
        self._made = self._loss(**parameters)

    def _core_metric(self, logits: bool = False) -> _core.Metric:
        return _core.Metric.of(self._made._core_loss())

    def _resolve(self, operation: str, outputs: int, loss: Loss) -> _core.Metric:
        self._made.check_outputs(operation, outputs)
        return super()._resolve(operation, outputs, loss)

    def _given(self) -> dict[str, Any]:
        return self._made.get_config() | {"name": self.name}


def _of_loss(loss: type[Loss], name: str = "", identifier: str = "") -> type[Metric]:
    fields = {
        "__doc__": f"The mean of `losses.{loss.__name__}`; takes the same parameters.",
        "__module__": __name__,
        "_loss": loss,
        "identifier": identifier or loss.identifier,
        "_class_numbers": loss.targets == "class numbers",
    }
    return type(name or loss.__name__, (_LossMetric,), fields)


MeanSquaredError = _of_loss(losses.MeanSquaredError)
MeanAbsoluteError = _of_loss(losses.MeanAbsoluteError)
MeanAbsolutePercentageError = _of_loss(losses.MeanAbsolutePercentageError)
MeanSquaredLogarithmicError = _of_loss(losses.MeanSquaredLogarithmicError)
LogCoshError = _of_loss(losses.LogCosh, "LogCoshError", "logcosh")
Poisson = _of_loss(losses.Poisson)
KLDivergence = _of_loss(losses.KLDivergence)
Hinge = _of_loss(losses.Hinge)
SquaredHinge = _of_loss(losses.SquaredHinge)
CategoricalHinge = _of_loss(losses.CategoricalHinge)
BinaryCrossentropy = _of_loss(losses.BinaryCrossentropy)
CategoricalCrossentropy = _of_loss(losses.CategoricalCrossentropy)
SparseCategoricalCrossentropy = _of_loss(losses.SparseCategoricalCrossentropy)


class _CrossentropyByShape(Metric):
    """The string 'crossentropy': sparse, binary or categorical, chosen as for 'accuracy'."""

    identifier = "crossentropy"

    def _resolve(self, operation: str, outputs: int, loss: Loss) -> _core.Metric:
        if loss.targets == "class numbers":
            kind = "sparse_categorical_crossentropy"
        else:
            kind = "binary_crossentropy" if outputs == 1 else "categorical_crossentropy"
        return _core.Metric.of(_core.Loss(kind, from_logits=getattr(loss, "from_logits", False)))
