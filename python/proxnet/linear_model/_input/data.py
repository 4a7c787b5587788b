"""The arguments of `fit`, as the core reads them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ... import _core
from .._sklearn.routing import Routed

__all__ = ["Data", "Targets", "weight_sum"]


def weight_sum(weights: np.ndarray | None, rows: int) -> float:
    """Sum of the weights; 1 if that is not > 0, which the core rejects later."""
    if weights is None:
        return float(rows)
    total = float(weights.sum())
    return total if np.isfinite(total) and total > 0 else 1.0


class Targets(NamedTuple):
    """y in float64: real targets, class numbers, or codes -1 and 1.

    values: (targets, rows). weights: sample weights times class weights, (rows,), or (targets, rows) if each target is
    a problem with its own weights. classes: the sorted labels of a classifier.
    """

    values: np.ndarray
    weights: np.ndarray | None
    classes: np.ndarray | None = None

    @property
    def labels(self) -> np.ndarray:
        """`classes` of a classifier."""
        assert self.classes is not None
        return self.classes

    def one(self, target: int) -> Targets:
        """The targets of one of several independent problems."""
        weights = self.weights
        own = weights[target] if weights is not None and weights.ndim == 2 else weights
        return Targets(self.values[target : target + 1], own, self.classes)

    @property
    def outputs(self) -> int:
        """Number of coefficient rows: one per target, or one per class for more than two classes."""
        classes = 0 if self.classes is None else len(self.classes)
        return max(len(self.values), classes if classes > 2 else 1)


class Data(NamedTuple):
    """The arguments of `fit`.

    design, shape, dtype: X for the core, (rows, features), float32 or float64. sample_weight: without class weights.
    params: extra arguments for the splitter and the scorer.
    """

    x: Any
    y: Any
    design: _core.Design
    shape: tuple[int, int]
    dtype: np.dtype
    sample_weight: np.ndarray | None
    targets: Targets
    params: Routed

    @property
    def weight(self) -> float:
        """Sum of the sample weights, class weights included."""
        return weight_sum(self.targets.weights, self.shape[0])

    @property
    def truth(self) -> np.ndarray:
        """y as an array."""
        return np.asarray(self.y)
