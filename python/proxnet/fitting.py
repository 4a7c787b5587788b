"""The loop over epochs: everything inside an epoch is the core's."""

from __future__ import annotations

import math
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from . import _check
from .batches import Batches
from .callbacks.callback_list import CallbackList
from .callbacks.history import History
from .dataset import Dataset
from .errors import DivergenceError, SparsityWarning
from .fit_warnings import warn_of_a_constant, warn_of_divergence, warn_of_missed_targets
from .progress import Progress
from .sources import ArraySource, BatchSource, evaluate_batches

if TYPE_CHECKING:
    from .model import Model
    from .sequential import Sequential

__all__ = ["Schedule", "fit", "frequency"]


class Schedule(NamedTuple):
    """Which epochs run, and which of them are validated."""

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
    model: Model,
    source: ArraySource | BatchSource,
    validation: Dataset | Batches | None,
    schedule: Schedule,
    callbacks: Any,
    verbose: int,
) -> History:
    """Train; the model keeps its last full epoch whatever ends the training."""
    # The trainer is closed even where Ctrl-C falls into what follows the last epoch.
    with model._running("fit"), source.trainer:
        return _fit(model, source, validation, schedule, callbacks, verbose)


def _fit(
    model: Model,
    source: ArraySource | BatchSource,
    validation: Dataset | Batches | None,
    schedule: Schedule,
    callbacks: Any,
    verbose: int,
) -> History:
    compilation, network = model._require_compiled("fit"), model._require_network("fit")
    history = History()
    progress = Progress(verbose, compilation.core_names)
    hooks = CallbackList("fit", callbacks, history, progress)
    losses: list[float] = []
    logs: dict[str, float] = {}
    before, restored, ctrl_c = model._epochs_trained, 0, None

    def settle() -> None:
        """Give the count of epochs and the history the epochs that the weights have; may be called again."""
        count, loss, metrics = source.finished
        model._epochs_trained = before + count
        if len(history.epoch) - restored < count:  # interrupted between an epoch's end and its history
            last = model._initial_epoch + count - 1
            unknown = _not_a_number(model, history, schedule, validation, last)
            history.on_epoch_end(last, {**unknown, **compilation.logs(loss, metrics), **logs})
        progress.close()
        source.close()

    try:
        seed = model._training_seed()
        before = model._epochs_trained
        source.open(seed)
        model.history = history
        model.stop_training = False
        model._initial_epoch = schedule.initial_epoch
        params = {"verbose": verbose, "epochs": schedule.epochs, "steps": source.steps}
        hooks.set(model, params)
        begin, end = _batch_hooks(model, hooks) if hooks.wants_batches() else (None, None)
        on_progress = progress.update if progress.live else None
        hooks.call("on_train_begin", {})
        if model._training_seed() != seed:  # a callback has restored an earlier training
            source.close()
            source.open(model._training_seed())
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
                logs = _not_a_number(model, history, schedule, validation, epoch)
                if not hooks.terminate(error):
                    raise
                hooks.call("on_epoch_end", epoch, logs)
                break
            model._epochs_trained = before + source.finished[0]
            losses.append(loss)
            params["steps"] = source.steps
            logs = compilation.logs(loss, metrics, source.of_functions())
            if validation is not None and schedule.validates(epoch):
                held = _validate(model, validation, hooks)
                logs = dict(sorted({**logs, **{f"val_{name}": value for name, value in held.items()}}.items()))
            hooks.call("on_epoch_end", epoch, logs)
    except KeyboardInterrupt as interrupt:
        ctrl_c = interrupt
    finally:
        while True:
            try:
                settle()
                break
            except KeyboardInterrupt as interrupt:
                ctrl_c = interrupt
    stack, last = cast("Sequential", model), model._initial_epoch + source.finished[0] - 1
    if ctrl_c is not None:
        with suppress(SparsityWarning):  # where warnings are errors
            warn_of_missed_targets(stack, last, schedule.epochs)
        try:
            raise ctrl_c
        finally:
            ctrl_c = None  # its traceback holds this frame
    network.take_average()
    penalty = network.penalty()
    hooks.call("on_train_end", logs)
    warn_of_divergence(losses, penalty, compilation.require_loss("fit"), source.rows)
    warn_of_missed_targets(stack, last, schedule.epochs)
    warn_of_a_constant(stack)
    return history


def _not_a_number(
    model: Model, history: History, schedule: Schedule, validation: Dataset | Batches | None, epoch: int
) -> dict[str, float]:
    """Logs of an epoch that ended before its values were known: NaN under each key that it would have."""
    names = list(model._require_compiled("fit").names)
    names += [f"val_{name}" for name in names if validation is not None and schedule.validates(epoch)]
    others = (name for name in history.history if not name.startswith("val_"))  # such as a callback's learning_rate
    return dict.fromkeys(sorted({*names, *others}), math.nan)


def _validate(model: Model, validation: Dataset | Batches, hooks: CallbackList) -> dict[str, float]:
    """As `evaluate`; NaN, with a warning, where batches have come to their end in an earlier epoch."""
    if isinstance(validation, Batches) and not validation.prepare():
        validation.warn_of_the_end()
        return dict.fromkeys(model._require_compiled("fit").names, math.nan)
    return evaluate(model, validation, hooks)


def _batch_hooks(model: Model, hooks: CallbackList) -> tuple[Any, Any]:
    compilation, network = model._require_compiled("fit"), model._require_network("fit")

    def begin(batch: int) -> None:
        hooks.call("on_train_batch_begin", batch, {})
        compilation.pass_settings(network)

    def end(batch: int, loss: float, metrics: list[float]) -> None:
        hooks.call("on_train_batch_end", batch, compilation.logs(loss, metrics))
        compilation.pass_settings(network)

    return begin, end


def evaluate(model: Model, rows: Dataset | Batches, hooks: CallbackList) -> dict[str, float]:
    """Loss and metrics under the history's keys; of arrays in one call of the core, to callbacks one batch."""
    compilation = model._require_compiled("evaluate")

    def begin(batch: int) -> None:
        hooks.call("on_test_batch_begin", batch, {})

    def end(batch: int, loss: float, metrics: list[float]) -> None:
        hooks.call("on_test_batch_end", batch, compilation.logs(loss, metrics))

    hooks.call("on_test_begin", {})
    if isinstance(rows, Batches):
        logs = compilation.logs(*evaluate_batches(model, "evaluate", rows, begin, end))
    else:
        network = model._require_network("evaluate")
        begin(0)
        logs = compilation.logs(*network.evaluate(*rows), compilation.of_functions("evaluate", network, rows))
        hooks.call("on_test_batch_end", 0, logs)
    hooks.call("on_test_end", logs)
    return logs
