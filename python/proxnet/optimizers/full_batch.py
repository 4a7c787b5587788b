"""The base of the optimizers that use all rows in every step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import _check
from .optimizer import Optimizer

__all__ = ["FullBatchOptimizer"]


class FullBatchOptimizer(Optimizer):
    """Base of `FISTA` and `LBFGS`: an epoch of `fit` is one iteration over all rows.

    Loss and metrics in the history are of the weights after the iteration, as `evaluate` gives them. Iterations
    continue over epochs and calls of `fit`. The data must fit into memory; `batch_size` is omitted or at least the
    number of rows. The bits are equal for any number of threads. Weight decay, clipping, averages of the weights and
    schedules are not available.
    """

    _SHARED = ()
    _TAKES_ALL_ROWS = True

    def __init__(self, learning_rate: Any, name: str | None, unknown: Mapping[str, Any]) -> None:
        known = ("learning_rate", *self._KNOWN, "name")
        _check.refuse_keywords(type(self).__name__, unknown, known)
        super().__init__(learning_rate, name=name)
