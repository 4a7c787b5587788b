"""The loop over epochs; within an epoch everything runs in the core."""

from __future__ import annotations

import math
from collections.abc import Collection
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, Protocol

from .. import _check, _core
from ..callbacks.callback_list import CallbackList
from ..callbacks.history import History
from ..data.batches import Batches
from ..data.dataset import Dataset
from ..errors import DivergenceError, SparsityWarning
from .compilation import Compilation
from .fit_warnings import warn_of_divergence
from .progress import Progress
from .sources import ArraySource, BatchSource, evaluate_batches

__all__ = ["Schedule", "evaluate", "fit", "frequency"]


class Trainable(Protocol):
    """What `fit` and `evaluate` use of a model."""

    stop_training: bool
    history: History | None
    _epochs_trained: int
    _initial_epoch: int

    def _require_compiled(self, operation: str) -> Compilation: ...
    def _require_network(self, operation: str) -> _core.Network: ...
    def _training_seed(self) -> int: ...
    def _apply_settings(self) -> None: ...
    def _strength_ramps(self, epoch: int, epochs: int) -> list[tuple[float, float, bool]]: ...
    def _rows(self, operation: str, x: Any, y: Any, sample_weight: Any = None) -> Dataset: ...
    def _warn_of_zeros(self, last_epoch: int, epochs: int, ended: bool) -> None: ...


class Schedule(NamedTuple):
    """Which epochs run, and after which of them the model is validated."""

    initial_epoch: int
    epochs: int
    validation_freq: int | Collection[int]

    def validates(self, epoch: int) -> bool:
        """Whether validation follows this epoch (counted from 0)."""
        if isinstance(self.validation_freq, int):
            return (epoch + 1) % self.validation_freq == 0
        return epoch + 1 in self.validation_freq


def frequency(value: Any) -> int | Collection[int]:
    """The argument `validation_freq`, checked."""
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(_check.integer("fit", "validation_freq", epoch, minimum=1) for epoch in value)
    return _check.integer("fit", "validation_freq", value, minimum=1)


def fit(
    model: Trainable,
    source: ArraySource | BatchSource,
    validation: Dataset | Batches | None,
    schedule: Schedule,
    callbacks: Any,
    verbose: int,
) -> History:
    """Train; the model keeps the weights of its last full epoch, however the training ends."""
    compilation, network = model._require_compiled("fit"), model._require_network("fit")
    history = History()
    progress = Progress(verbose, compilation.core_names)
    hooks = CallbackList("fit", callbacks, history, progress)
    losses: list[float] = []
    logs: dict[str, float] = {}
    before, restored, ctrl_c = model._epochs_trained, 0, None

    def finish() -> None:
        """Give the epoch count and the history the epochs that the weights have; may be called again."""
        count, loss, metrics = source.trainer.finished
        model._epochs_trained = before + count
        if len(history.epoch) - restored < count:  # interrupted between an epoch's end and its history
            last = model._initial_epoch + count - 1
            unknown = _not_a_number(compilation, history, schedule, validation, last)
            history.on_epoch_end(last, {**unknown, **compilation.logs(loss, metrics), **logs})
        progress.close()
        source.trainer.close()

    try:
        seed = model._training_seed()
        before = model._epochs_trained
        source.open(network, seed)
        model.history = history
        model.stop_training = False
        model._initial_epoch = schedule.initial_epoch
        params = {"verbose": verbose, "epochs": schedule.epochs, "steps": source.steps}
        hooks.set(model, params)
        begin, end = _batch_hooks(compilation, network, hooks) if hooks.wants_batches() else (None, None)
        on_progress = progress.update if progress.live else None
        hooks.call("on_train_begin", {})
        if model._training_seed() != seed:  # a callback has restored an earlier training
            source.trainer.close()
            source.open(model._require_network("fit"), model._training_seed())
        before, restored = model._epochs_trained, len(history.epoch)
        for epoch in range(model._initial_epoch, schedule.epochs):
            if model.stop_training or not source.prepare(model._epochs_trained):
                break
            hooks.call("on_epoch_begin", epoch, {})
            compilation.pass_settings(network)
            model._apply_settings()
            network.set_strength_ramps(model._strength_ramps(epoch, schedule.epochs))
            logs = {}
            try:
                loss, metrics = source.run_epoch(model._epochs_trained, begin, end, on_progress)
            except DivergenceError as error:
                logs = _not_a_number(compilation, history, schedule, validation, epoch)
                if not hooks.terminate(error):
                    raise
                hooks.call("on_epoch_end", epoch, logs)
                break
            model._epochs_trained = before + source.trainer.finished[0]
            losses.append(loss)
            params["steps"] = source.steps
            functions = compilation.of_functions("fit", model._require_network("fit"), source.rows)
            logs = compilation.logs(loss, metrics, functions)
            if validation is not None and schedule.validates(epoch):
                values = _validate(model, validation, hooks)
                logs = dict(sorted({**logs, **{f"val_{name}": value for name, value in values.items()}}.items()))
            hooks.call("on_epoch_end", epoch, logs)
    except KeyboardInterrupt as interrupt:
        ctrl_c = interrupt
    finally:
        while True:
            try:
                finish()
                break
            except KeyboardInterrupt as interrupt:
                ctrl_c = interrupt
    last = model._initial_epoch + source.trainer.finished[0] - 1
    if ctrl_c is not None:
        with suppress(SparsityWarning):  # where warnings are errors
            model._warn_of_zeros(last, schedule.epochs, False)
        try:
            raise ctrl_c
        finally:
            ctrl_c = None  # its traceback holds this frame
    network.take_average()
    penalty = network.penalty()
    hooks.call("on_train_end", logs)
    warn_of_divergence(losses, penalty, compilation.require_loss("fit"), source.rows)
    model._warn_of_zeros(last, schedule.epochs, True)
    return history


def _not_a_number(
    compilation: Compilation, history: History, schedule: Schedule, validation: Dataset | Batches | None, epoch: int
) -> dict[str, float]:
    """Logs of an epoch that ended before its values were known: NaN under each key that the epoch would have."""
    names = list(compilation.names)
    names += [f"val_{name}" for name in names if validation is not None and schedule.validates(epoch)]
    others = (name for name in history.history if not name.startswith("val_"))  # such as a callback's learning_rate
    return dict.fromkeys(sorted({*names, *others}), math.nan)


def _validate(model: Trainable, validation: Dataset | Batches, hooks: CallbackList) -> dict[str, float]:
    """As `evaluate`; NaN, with a warning, where the batches ended in an earlier epoch."""
    if isinstance(validation, Batches) and not validation.prepare():
        validation.warn_of_the_end()
        return dict.fromkeys(model._require_compiled("fit").names, math.nan)
    return evaluate(model, validation, hooks)


def _batch_hooks(compilation: Compilation, network: _core.Network, hooks: CallbackList) -> tuple[Any, Any]:
    def begin(batch: int) -> None:
        hooks.call("on_train_batch_begin", batch, {})
        compilation.pass_settings(network)

    def end(batch: int, loss: float, metrics: list[float]) -> None:
        hooks.call("on_train_batch_end", batch, compilation.logs(loss, metrics))
        compilation.pass_settings(network)

    return begin, end


def evaluate(model: Trainable, rows: Dataset | Batches, hooks: CallbackList) -> dict[str, float]:
    """Loss and metrics under the history's keys; arrays are one call of the core, and one batch for callbacks."""
    compilation = model._require_compiled("evaluate")

    def begin(batch: int) -> None:
        hooks.call("on_test_batch_begin", batch, {})

    def end(batch: int, loss: float, metrics: list[float]) -> None:
        hooks.call("on_test_batch_end", batch, compilation.logs(loss, metrics))

    hooks.call("on_test_begin", {})
    if isinstance(rows, Batches):
        compilation.refuse_functions("evaluate")
        network, read = model._require_network("evaluate"), partial(model._rows, rows.operation)
        logs = compilation.logs(*evaluate_batches(network, "evaluate", rows, read, begin, end))
    else:
        network = model._require_network("evaluate")
        begin(0)
        logs = compilation.logs(*network.evaluate(*rows), compilation.of_functions("evaluate", network, rows))
        hooks.call("on_test_batch_end", 0, logs)
    hooks.call("on_test_end", logs)
    return logs
