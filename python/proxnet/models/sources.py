"""Where the rows of an epoch come from: arrays, of which the core trains on a whole epoch at once, or batches."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from .. import _core
from ..callbacks.callback_list import CallbackList
from ..data.batches import Batches, Read
from ..data.dataset import Dataset

__all__ = ["ArraySource", "BatchSource", "evaluate_batches", "predict_batches"]

Result = tuple[float, list[float]]  # loss and metrics
Hook = Callable[..., Any] | None


class ArraySource:
    """Rows in arrays: one call of the core trains for an epoch.

    Attributes
    ----------
    trainer : _core.Trainer
        Its `finished` is (epochs that have changed the network, loss and metrics of the last one).
    rows : Dataset
    steps : int
        Batches per epoch.
    """

    def __init__(self, rows: Dataset, batch_size: int, shuffle: bool) -> None:
        self.rows, self._batch_size, self._shuffle = rows, batch_size, shuffle
        self.trainer = _core.Trainer()
        self.steps: int | None = -(-rows.x.shape[0] // batch_size)

    def open(self, network: _core.Network, seed: int) -> None:
        """Check the rows and take the network for training."""
        self.trainer.open(network, *self.rows, self._batch_size, self._shuffle, seed)

    def prepare(self, epoch: int) -> bool:
        """Whether there are rows for the epoch: always."""
        return True

    def run_epoch(self, epoch: int, begin: Hook, end: Hook, progress: Hook) -> Result:
        """Train for an epoch."""
        loss, metrics = self.trainer.run_epoch(epoch, begin, end, progress)
        return loss, metrics


class BatchSource:
    """Rows in batches: one call of the core per batch. The bits are those of equal arrays that are not shuffled.

    Attributes
    ----------
    trainer : _core.BatchTrainer
    rows : Dataset
        The first batch.
    steps : int or None
        Batches per epoch; None as long as that is unknown.
    """

    def __init__(self, batches: Batches, read: Read) -> None:
        self._batches, self._read = batches, read
        self.trainer = _core.BatchTrainer()
        self.steps = batches.steps
        self.rows = batches.dataset(batches.peek(), read)

    def open(self, network: _core.Network, seed: int) -> None:
        """Take the network for training."""
        self._seed = seed
        self.trainer.open(network, self.rows.x.shape[0], seed)

    def prepare(self, epoch: int) -> bool:
        """Whether there is a batch for the epoch; warns where there is none."""
        ready = self._batches.prepare(self._seed, epoch)
        if not ready:
            self._batches.warn_of_the_end()
        return ready

    def run_epoch(self, epoch: int, begin: Hook, end: Hook, progress: Hook) -> Result:
        """Train for an epoch."""
        shown, done = perf_counter(), 0
        self.trainer.begin_epoch(epoch, self.steps or 0)
        for rows in self._batches.datasets(self._read):
            if begin is not None:
                begin(done)
            loss, metrics = self.trainer.run_batch(*rows, end is not None or begin is not None)
            if end is not None:
                end(done, loss, metrics)
            done += 1
            if progress is not None and perf_counter() - shown > 0.1:
                progress(done, max(done, self.steps or 0), loss, metrics)
                shown = perf_counter()
        self.steps = self.steps or done
        result = self.trainer.end_epoch()
        self._batches.end_epoch()
        return result


def evaluate_batches(
    network: _core.Network,
    operation: str,
    batches: Batches,
    read: Read,
    begin: Callable[[int], Any],
    end: Callable[..., Any],
) -> Result:
    """Loss and metrics over a pass of batches."""
    if not batches.prepare():
        raise ValueError(f"[{operation}] {batches.name} must give a batch at least, got none")
    result, weighed = (float("nan"), [float("nan")]), False
    with _core.Evaluator(network) as evaluator:
        for done, rows in enumerate(batches.datasets(read)):
            weighed = weighed or rows.weights is None or bool(rows.weights.any())
            begin(done)
            result = evaluator.add(*rows)
            end(done, *result)
    if not weighed:
        raise ValueError(f"[{operation}] {batches.name} must have a sample weight above zero, all are 0")
    return result


def predict_batches(predict: Callable[[Any], np.ndarray], batches: Batches | list[Any], hooks: CallbackList) -> Any:
    """The outputs of all batches, (rows, outputs)."""
    outputs: list[np.ndarray] = []
    for x in batches if isinstance(batches, list) else batches.inputs():
        hooks.call("on_predict_batch_begin", len(outputs), {})
        outputs.append(predict(x))
        hooks.call("on_predict_batch_end", len(outputs) - 1, {"outputs": outputs[-1]})
    if not outputs:
        raise ValueError("[predict] x must give a batch at least, got none")
    return np.concatenate(outputs) if len(outputs) > 1 else outputs[0]
