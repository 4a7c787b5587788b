"""Metrics: what is reported beside the loss, under Keras' names; the core gathers them while an epoch runs."""

from __future__ import annotations

from typing import Any, Unpack

from . import _check, _core, losses
from ._check.config import deserialize, resolve, serialize
from ._check.keywords import LossKeywords, MetricKeywords
from ._check.missing import explain_missing
from .counting_metrics import (
    AUC,
    F1Score,
    FalseNegatives,
    FalsePositives,
    Precision,
    Recall,
    TrueNegatives,
    TruePositives,
)
from .function_metric import FunctionMetric, is_keras_metric
from .losses import Loss
from .metric_base import Metric

__all__ = [
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "F1Score",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "KLDivergence",
    "LogCoshError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "Poisson",
    "Precision",
    "R2Score",
    "Recall",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SquaredHinge",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "deserialize",
    "get",
    "serialize",
]


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
    """How often the largest output is the largest target's (one-hot targets)."""

    _direction = "up"
    identifier = "categorical_accuracy"


class SparseCategoricalAccuracy(Metric):
    """How often the largest output is the class's (targets are class numbers)."""

    _class_numbers = True
    _direction = "up"
    identifier = "sparse_categorical_accuracy"


class TopKCategoricalAccuracy(Metric):
    """How often fewer than `k` (default 5) outputs are above that of the largest target (one-hot targets)."""

    _direction = "up"
    identifier = "top_k_categorical_accuracy"

    def __init__(self, k: int = 5, name: str | None = None, **unknown: Unpack[MetricKeywords]) -> None:
        super().__init__(name, **unknown)
        self.k = _check.integer(type(self).__name__, "k", k, minimum=1)

    def _settings(self, logits: bool) -> dict[str, Any]:
        return {"k": self.k}


class SparseTopKCategoricalAccuracy(TopKCategoricalAccuracy):
    """How often fewer than `k` (default 5) outputs are above the class's (targets are class numbers)."""

    _class_numbers = True
    _later = {"dtype": None, "from_sorted_ids": False}  # noqa: RUF012
    identifier = "sparse_top_k_categorical_accuracy"


class Accuracy(Metric):
    """Mean of p == y over the outputs: Keras' class of that name. For classifiers give the string "accuracy"."""

    _direction = "up"
    identifier = "accuracy"

    def _core_metric(self, logits: bool = False) -> _core.Metric:
        return _core.Metric("equality")


class RootMeanSquaredError(Metric):
    """Square root of the mean of (y - p)^2 over rows and outputs."""

    identifier = "root_mean_squared_error"


class CosineSimilarity(Metric):
    """Mean cosine of the angle between a row's y and p: 1 where they point the same way."""

    _direction = "up"
    _later = {"dtype": None, "axis": -1}  # noqa: RUF012
    identifier = "cosine_similarity"


class R2Score(Metric):
    """1 - residual / variance of each output, then their mean; constant targets as in scikit-learn.

    `class_aggregation` "uniform_average" (default) or "variance_weighted_average".
    """

    _direction = "up"
    _later = {"dtype": None, "num_regressors": 0}  # noqa: RUF012
    identifier = "r2_score"

    def __init__(
        self, class_aggregation: str = "uniform_average", name: str | None = None, **unknown: Unpack[MetricKeywords]
    ) -> None:
        super().__init__(name, **unknown)
        choices = ("uniform_average", "variance_weighted_average")
        self.class_aggregation = _check.choice("R2Score", "class_aggregation", class_aggregation, choices)

    def _settings(self, logits: bool) -> dict[str, Any]:
        return {"average": "macro" if self.class_aggregation == "uniform_average" else "weighted"}


class _LossMetric(Metric):
    """The mean of a loss, whose parameters it takes."""

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

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal object."""
        return self._made.get_config() | {"name": self.name}


def _of_loss(name: str, loss: type[Loss], identifier: str, direction: str = "down") -> type[Metric]:
    fields = {
        "__doc__": f"The mean of `losses.{loss.__name__}`, whose parameters it takes.",
        "__module__": __name__,
        "_loss": loss,
        "identifier": identifier,
        "_direction": direction,
        "_class_numbers": loss.targets == "class numbers",
    }
    return type(name, (_LossMetric,), fields)


MeanSquaredError = _of_loss("MeanSquaredError", losses.MeanSquaredError, "mean_squared_error")
MeanAbsoluteError = _of_loss("MeanAbsoluteError", losses.MeanAbsoluteError, "mean_absolute_error")
MeanAbsolutePercentageError = _of_loss(
    "MeanAbsolutePercentageError", losses.MeanAbsolutePercentageError, "mean_absolute_percentage_error"
)
MeanSquaredLogarithmicError = _of_loss(
    "MeanSquaredLogarithmicError", losses.MeanSquaredLogarithmicError, "mean_squared_logarithmic_error"
)
LogCoshError = _of_loss("LogCoshError", losses.LogCosh, "logcosh")
Poisson = _of_loss("Poisson", losses.Poisson, "poisson")
KLDivergence = _of_loss("KLDivergence", losses.KLDivergence, "kl_divergence")
Hinge = _of_loss("Hinge", losses.Hinge, "hinge")
SquaredHinge = _of_loss("SquaredHinge", losses.SquaredHinge, "squared_hinge")
CategoricalHinge = _of_loss("CategoricalHinge", losses.CategoricalHinge, "categorical_hinge")
BinaryCrossentropy = _of_loss("BinaryCrossentropy", losses.BinaryCrossentropy, "binary_crossentropy")
CategoricalCrossentropy = _of_loss(
    "CategoricalCrossentropy", losses.CategoricalCrossentropy, "categorical_crossentropy"
)
SparseCategoricalCrossentropy = _of_loss(
    "SparseCategoricalCrossentropy", losses.SparseCategoricalCrossentropy, "sparse_categorical_crossentropy"
)


class _AccuracyByShape(Metric):
    """What the string 'accuracy' means: sparse for class numbers, binary for one output, categorical otherwise."""

    _direction = "up"
    identifier = "accuracy"

    def _resolve(self, operation: str, outputs: int, loss: Loss) -> _core.Metric:
        if loss.targets == "class numbers":
            return _core.Metric.sparse_categorical_accuracy
        if outputs == 1:
            return BinaryAccuracy()._resolve(operation, outputs, loss)
        return _core.Metric.categorical_accuracy


class _CrossentropyByShape(Metric):
    """What the string 'crossentropy' means, chosen as for 'accuracy'."""

    identifier = "crossentropy"

    def _resolve(self, operation: str, outputs: int, loss: Loss) -> _core.Metric:
        if loss.targets == "class numbers":
            kind = "sparse_categorical_crossentropy"
        else:
            kind = "binary_crossentropy" if outputs == 1 else "categorical_crossentropy"
        return _core.Metric.of(_core.Loss(kind, from_logits=getattr(loss, "from_logits", False)))


_ALL: list[type[Metric]] = [
    thing for name in __all__ if isinstance(thing := globals().get(name), type) and thing is not Metric
]
_KNOWN: dict[str, type[Metric]] = {metric.identifier: metric for metric in _ALL}
globals().update({name: metric for name, metric in _KNOWN.items() if name != "accuracy"})
_KNOWN |= {
    "accuracy": _AccuracyByShape,
    "acc": _AccuracyByShape,
    "crossentropy": _CrossentropyByShape,
    "ce": _CrossentropyByShape,
    "mse": MeanSquaredError,
    "rmse": RootMeanSquaredError,
    "mae": MeanAbsoluteError,
    "mape": MeanAbsolutePercentageError,
    "msle": MeanSquaredLogarithmicError,
    "log_cosh": LogCoshError,
    "log_cosh_error": LogCoshError,
    "bce": BinaryCrossentropy,
    "kld": KLDivergence,
}
_LATER = (
    "fbeta_score precision_at_recall recall_at_precision sensitivity_at_specificity specificity_at_sensitivity "
    "concordance_correlation pearson_correlation iou binary_iou mean_iou one_hot_iou one_hot_mean_iou mean sum"
).split()


def get(identifier: Any, operation: str = "metrics.get") -> Metric:
    """A metric from its name, its class, itself, or a Python function of (y_true, y_pred).

    One given as a string carries that very string as its name. A function is evaluated once an epoch, on predictions
    for all rows with the epoch's weights.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For anything that is no metric of this module and no function.
    """
    if is_keras_metric(identifier) or (callable(identifier) and not isinstance(identifier, type | Metric | Loss)):
        return FunctionMetric(identifier)
    metric = resolve(operation, "metric", identifier, _KNOWN, Metric, _LATER)
    if isinstance(identifier, str):
        vars(metric).update(name=identifier)
    return metric


explain_missing(__name__)
