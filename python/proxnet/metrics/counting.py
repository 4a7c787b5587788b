"""Metrics that count true and false positives."""

from __future__ import annotations

import math
from typing import Any, Unpack

from .. import _check, _core
from .._check.keywords import MetricKeywords
from .metric import Metric

__all__ = [
    "AUC",
    "F1Score",
    "FalseNegatives",
    "FalsePositives",
    "Precision",
    "Recall",
    "TrueNegatives",
    "TruePositives",
]


class _Count(Metric):
    """A count at one threshold, or a ratio of counts.

    Under a binary crossentropy with `from_logits=True` the default cuts logits at 0; a threshold that is given is a
    logit then.
    """

    def __init__(
        self, thresholds: float | None = None, name: str | None = None, **unknown: Unpack[MetricKeywords]
    ) -> None:
        super().__init__(name, **unknown)
        operation = type(self).__name__
        if isinstance(thresholds, list | tuple):
            raise ValueError(
                f"[{operation}] thresholds must be one number, got {_check.shown(thresholds)}: give a metric for each"
            )
        self.thresholds = None if thresholds is None else _check.real(operation, "thresholds", thresholds)

    def _settings(self, logits: bool) -> dict[str, Any]:
        default = 0.0 if logits else 0.5
        return {"threshold": default if self.thresholds is None else self.thresholds}


class TruePositives(_Count):
    """Number of outputs with y = 1 and p > thresholds (one number, default 0.5); y of 0 and 1."""

    identifier = "true_positives"
    _direction = "up"


class FalsePositives(_Count):
    """Number of outputs with y = 0 and p > thresholds (one number, default 0.5); y of 0 and 1."""

    identifier = "false_positives"


class TrueNegatives(_Count):
    """Number of outputs with y = 0 and p <= thresholds (one number, default 0.5); y of 0 and 1."""

    identifier = "true_negatives"
    _direction = "up"


class FalseNegatives(_Count):
    """Number of outputs with y = 1 and p <= thresholds (one number, default 0.5); y of 0 and 1."""

    identifier = "false_negatives"


class Precision(_Count):
    """Share of y = 1 among the outputs with p > thresholds (one number, default 0.5); 0 where there are none.

    `top_k`: only the k largest outputs of a row count as positive, whatever they are unless `thresholds` is given too.
    `class_id`: this output alone. y of 0 and 1.
    """

    identifier = "precision"
    _direction = "up"

    def __init__(
        self,
        thresholds: float | None = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        **unknown: Unpack[MetricKeywords],
    ) -> None:
        super().__init__(thresholds, name, **unknown)
        operation = type(self).__name__
        self.top_k = None if top_k is None else _check.integer(operation, "top_k", top_k, minimum=1)
        self.class_id = None if class_id is None else _check.integer(operation, "class_id", class_id, minimum=0)

    def _settings(self, logits: bool) -> dict[str, Any]:
        settings = super()._settings(logits)
        if self.top_k is not None:
            settings["top_k"] = self.top_k
            if self.thresholds is None:
                settings["threshold"] = -1e10
        if self.class_id is not None:
            settings["class_id"] = self.class_id
        return settings


class Recall(Precision):
    """Share of p > thresholds among the outputs with y = 1; arguments as in `Precision`."""

    identifier = "recall"


class AUC(Metric):
    """Area under the receiver operating characteristic or the precision-recall curve, through thresholds; y of 0 and 1.

    Parameters
    ----------
    num_thresholds : int, default 200
        At equal distances from 0 to 1, from 2 to 2**20 of them. Outputs that are not in [0, 1] are refused.
    curve : {"ROC", "PR"}
    summation_method : {"interpolation", "minoring", "majoring"}
        Trapezoids (for "PR" the interpolation of Davis and Goadrich, 2006), or the lower or upper sum.
    name : str, optional
    thresholds : list of float, optional
        Used instead, in (0, 1).
    multi_label : bool, default False
        The mean of each output's own area, instead of one curve for all outputs.
    from_logits : bool, default False
        p is the sigmoid of the outputs; so it always is under a binary crossentropy with `from_logits=True`.

    Notes
    -----
    The area is NaN where it is not defined: without a row of either class (of y = 1 for "PR"). Keras gives 0.
    """

    identifier = "auc"
    _direction = "up"
    _later = {"dtype": None, "num_labels": None, "label_weights": None}  # noqa: RUF012

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        thresholds: Any = None,
        multi_label: bool = False,
        from_logits: bool = False,
        **unknown: Unpack[MetricKeywords],
    ) -> None:
        super().__init__(name, **unknown)
        self.num_thresholds = _check.integer(
            "AUC", "num_thresholds", num_thresholds, minimum=2, maximum=_core.Metric.max_thresholds
        )
        self.curve = _check.choice("AUC", "curve", curve, ("ROC", "PR"))
        methods = ("interpolation", "minoring", "majoring")
        self.summation_method = _check.choice("AUC", "summation_method", summation_method, methods)
        if thresholds is not None and not isinstance(thresholds, list | tuple):
            raise TypeError(f"[AUC] thresholds must be a list of numbers, got {_check.shown(thresholds)}")
        if thresholds is not None:
            thresholds = sorted(_check.real("AUC", "thresholds", t, above=0, below=1) for t in thresholds)
        self.thresholds: list[float] | None = thresholds
        self.multi_label = _check.flag("AUC", "multi_label", multi_label)
        self.from_logits = _check.flag("AUC", "from_logits", from_logits)

    def _settings(self, logits: bool) -> dict[str, Any]:
        return {
            "thresholds": self.thresholds or [],
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation": self.summation_method,
            "multi_label": self.multi_label,
            "from_logits": self.from_logits or logits,
        }


class F1Score(Metric):
    """2 precision recall / (precision + recall) of each output, then one number; y of 0 and 1.

    Parameters
    ----------
    average : {"macro", "micro", "weighted"}, optional
        The mean of the outputs' scores, the score of all outputs together, or the mean by the number of true rows.
        Keras' default None, one score an output, is refused but for one output.
    threshold : float, optional
        An output is positive where p is above it, in (0, 1]; default: where it is the row's largest. Under a binary
        crossentropy with `from_logits=True` p is the sigmoid of the output.
    name : str, optional
    """

    identifier = "f1_score"
    _direction = "up"

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = None,
        **unknown: Unpack[MetricKeywords],
    ) -> None:
        super().__init__(name, **unknown)
        choices = ("macro", "micro", "weighted")
        self.average = None if average is None else _check.choice("F1Score", "average", average, choices)
        self.threshold = (
            None if threshold is None else _check.real("F1Score", "threshold", threshold, above=0, maximum=1)
        )

    def _settings(self, logits: bool) -> dict[str, Any]:
        cut = self.threshold
        if logits and cut is not None:
            cut = math.log(cut / (1 - cut)) if cut < 1 else 1e30  # no sigmoid is above 1
        return {"average": self.average or "macro", **({"largest": True} if cut is None else {"threshold": cut})}

    def _resolve(self, operation: str, outputs: int, loss: Any) -> Any:
        if self.average is None and outputs > 1:
            raise ValueError(
                f"[{operation}] metric {self.name!r} needs average='macro', 'micro' or 'weighted' for "
                f"{outputs} outputs: the history keeps one number a metric"
            )
        return super()._resolve(operation, outputs, loss)
