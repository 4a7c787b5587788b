"""Regression metrics that are not the mean of a loss."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check
from .._check.keywords import MetricKeywords
from .metric import Metric


class RootMeanSquaredError(Metric):
    """Square root of the mean of (y - p)^2 over rows and outputs."""

    identifier = "root_mean_squared_error"


class CosineSimilarity(Metric):
    """Mean over rows of y . p / (|y| |p|): 1 for parallel vectors."""

    _direction = "up"
    _later = {"dtype": None, "axis": -1}  # noqa: RUF012
    identifier = "cosine_similarity"


class R2Score(Metric):
    """1 - sum (y - p)^2 / sum (y - mean y)^2 of each output, then their mean; constant y as in scikit-learn.

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
