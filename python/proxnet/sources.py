"""Where an epoch's rows come from: arrays, which the core runs through by itself, or batches given to it one by one."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core
from .batches import Batches
from .callbacks.callback_list import CallbackList
from .dataset import Dataset

if TYPE_CHECKING:
    from .compiled_model import CompiledModel

__all__ = ["ArraySource", "BatchSource"]

Result = tuple[float, list[float]]
Hook = Callable[..., Any] | None


class _Source:
    """A trainer of the core, and the epochs that it has published."""

    trainer: Any  # not open before open()

    @property
    def finished(self) -> tuple[int, float, list[float]]:
        """How many epochs have changed the model; loss and metrics of the last one."""
        finished: tuple[int, float, list[float]] = self.trainer.finished
        return finished

    def close(self) -> None:
        """Let go of the network; an epoch that has not ended leaves no trace. May be called again."""
        self.trainer.close()


class ArraySource(_Source):
    """Arrays: one call of the core an epoch."""

    def __init__(self, model: CompiledModel, rows: Dataset, batch_size: int, shuffle: bool) -> None:
        self._model, self.rows, self._batch_size, self._shuffle = model, rows, batch_size, shuffle
        self.trainer = _core.Trainer()
        self.steps: int | None = -(-rows.x.shape[0] // batch_size)

    def open(self, seed: int) -> None:
        """Check the rows and take the network for training."""
        network = self._model._require_network("fit")
        self.trainer.open(network, *self.rows, self._batch_size, self._shuffle, seed)

    def of_functions(self) -> dict[str, float]:
        """Metrics that are Python functions, with the present weights."""
        network = self._model._require_network("fit")
        return self._model._require_compiled("fit").of_functions("fit", network, self.rows)

    def prepare(self, epoch: int) -> bool:
        """Whether there are rows for the epoch: always."""
        return True

    def run_epoch(self, epoch: int, begin: Hook, end: Hook, progress: Hook) -> Result:
        """Train an epoch: its loss and metrics."""
        loss, metrics = self.trainer.run_epoch(epoch, begin, end, progress)
        return loss, metrics


class BatchSource(_Source):
    """Batches: one call of the core each; equal ones give the bits of arrays that are not shuffled."""

    def __init__(self, model: CompiledModel, batches: Batches, class_weight: Any) -> None:
        self._model, self._batches, self._class_weight = model, batches, class_weight
        self.trainer = _core.BatchTrainer()
        model._require_compiled("fit").refuse_functions("fit")
        self.steps = batches.steps
        self.rows = batches.checked(model, batches.peek(), class_weight)  # of one batch; builds the network

    def open(self, seed: int) -> None:
        """Take the network for training."""
        self._seed = seed
        self.trainer.open(self._model._require_network("fit"), self.rows.x.shape[0], seed)

    def of_functions(self) -> dict[str, float]:
        """Metrics that are Python functions: none."""
        return {}

    def prepare(self, epoch: int) -> bool:
        """Whether there is a batch for the epoch; a warning where not."""
        ready = self._batches.prepare(self._seed, epoch)
        if not ready:
            self._batches.warn_of_the_end()
        return ready

    def run_epoch(self, epoch: int, begin: Hook, end: Hook, progress: Hook) -> Result:
        """Train an epoch: its loss and metrics."""
        shown, done = perf_counter(), 0
        self.trainer.begin_epoch(epoch, self.steps or 0)
        for rows in self._batches.datasets(self._model, self._class_weight):
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
    model: CompiledModel, operation: str, batches: Batches, begin: Callable[[int], Any], end: Callable[..., Any]
) -> Result:
    """Loss and metrics over a pass of batches."""
    model._require_compiled(operation).refuse_functions(operation)
    if not batches.prepare():
        raise ValueError(f"[{operation}] {batches.name} must give a batch at least, got none")
    result, weighed = (float("nan"), [float("nan")]), False
    with _core.Evaluator(model._require_network(operation)) as evaluator:
        for done, rows in enumerate(batches.datasets(model)):
            weighed = weighed or rows.weights is None or bool(rows.weights.any())
            begin(done)
            result = evaluator.add(*rows)
            end(done, *result)
    if not weighed:
        raise ValueError(f"[{operation}] {batches.name} must have a sample weight above zero, all are 0")
    return result


def predict_batches(predict: Callable[[Any], np.ndarray], batches: Batches | list[Any], hooks: CallbackList) -> Any:
    """The outputs of batches, one below the other."""
    outputs: list[np.ndarray] = []
    for x in batches if isinstance(batches, list) else batches.inputs():
        hooks.call("on_predict_batch_begin", len(outputs), {})
        outputs.append(predict(x))
        hooks.call("on_predict_batch_end", len(outputs) - 1, {"outputs": outputs[-1]})
    if not outputs:
        raise ValueError("[predict] x must give a batch at least, got none")
    return np.concatenate(outputs) if len(outputs) > 1 else outputs[0]
