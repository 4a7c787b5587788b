"""Metrics under Keras' names; the core accumulates them while an epoch runs."""

from __future__ import annotations

from typing import Any

from .._check.config import by_identifier, deserialize, resolve, serialize
from .._check.missing import explain_missing
from ..losses import Loss
from .accuracies import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    _AccuracyByShape,
)
from .counting import (
    AUC,
    F1Score,
    FalseNegatives,
    FalsePositives,
    Precision,
    Recall,
    TrueNegatives,
    TruePositives,
)
from .function import FunctionMetric, is_keras_metric
from .metric import Metric
from .of_losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    Hinge,
    KLDivergence,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
    _CrossentropyByShape,
)
from .regression import CosineSimilarity, R2Score, RootMeanSquaredError

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


_KNOWN = by_identifier(globals(), Metric)
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

    A metric given as a string has that string as its name. A function is evaluated once per epoch, on predictions for
    all rows with the weights at the epoch's end.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For an object that is neither a metric of this module nor a function.
    """
    if is_keras_metric(identifier) or (callable(identifier) and not isinstance(identifier, type | Metric | Loss)):
        return FunctionMetric(identifier)
    metric = resolve(operation, "metric", identifier, _KNOWN, Metric, _LATER)
    if isinstance(identifier, str):
        vars(metric).update(name=identifier)
    return metric


explain_missing(__name__)
