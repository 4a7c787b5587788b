"""What the optimizers share that take all rows in every step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import _check
from .optimizer import Optimizer

__all__ = ["FullBatchOptimizer"]


class FullBatchOptimizer(Optimizer):
    """Base of `FISTA` and `LBFGS`: an epoch of `fit` is one iteration over all rows.

    Loss and metrics of the history are those of the weights after the iteration, as `evaluate` gives them. Iterations
    go on over epochs and calls of `fit`. Data must fit the memory; `batch_size` is left out or at least the number of
    rows. Equal bits for any number of threads. What other optimizers share (weight decay, clipping, averages of the
    weights, schedules) they do not take.
    """

    _SHARED = ()
    _TAKES_ALL_ROWS = True

    def __init__(self, learning_rate: Any, name: str | None, unknown: Mapping[str, Any]) -> None:
        known = ("learning_rate", *self._KNOWN, "name")
        _check.refuse_keywords(type(self).__name__, unknown, known)
        super().__init__(learning_rate, name=name)
