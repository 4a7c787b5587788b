"""Metrics of true and false positives and negatives."""

from __future__ import annotations

import math
from typing import Any, Unpack

from .. import _check, _core
from .._check.keywords import MetricKeywords
from .metric import Metric


class _Count(Metric):
    """A count at one threshold, or a ratio of counts.

    Under a binary crossentropy with `from_logits=True` a threshold is a logit, 0 by default.
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
    """True positives / outputs with p > thresholds (one number, default 0.5); 0 where there are none; y of 0 and 1.

    With `top_k`, the k largest outputs of a row are positive, if `thresholds` is given only those above it. With
    `class_id`, only this output counts.
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
    """True positives / outputs with y = 1; arguments as in `Precision`."""

    identifier = "recall"


class AUC(Metric):
    """Area under the receiver operating characteristic or the precision-recall curve, through thresholds; y of 0 and 1.

    Parameters
    ----------
    num_thresholds : int, default 200
        Number of equally spaced thresholds from 0 to 1, 2 to 2**20. Outputs outside [0, 1] are refused.
    curve : {"ROC", "PR"}
    summation_method : {"interpolation", "minoring", "majoring"}
        Trapezoids (for "PR" the interpolation of Davis and Goadrich, 2006), or the lower or upper sum.
    name : str, optional
    thresholds : list of float, optional
        Used instead of equally spaced ones, in (0, 1).
    multi_label : bool, default False
        Whether the result is the mean of the areas of the outputs, instead of one area for all outputs.
    from_logits : bool, default False
        Whether p is the sigmoid of the outputs; always so under a binary crossentropy with `from_logits=True`.

    Notes
    -----
    Without rows of both classes (for "PR" without y = 1) the area is not defined and is NaN; Keras gives 0.
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
        "macro": mean of the outputs' scores; "micro": the score of all outputs together; "weighted": mean weighted by
        the number of rows with y = 1. Keras' default None, one score per output, is refused for several outputs.
    threshold : float, optional
        An output is positive where p > threshold, in (0, 1]; by default the largest output of a row is positive. Under
        a binary crossentropy with `from_logits=True` p is the sigmoid of the output.
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
                f"{outputs} outputs: the history keeps one number per metric"
            )
        return super()._resolve(operation, outputs, loss)
