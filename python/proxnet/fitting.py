"""The loop over epochs: everything inside an epoch is the core's."""

from __future__ import annotations

import math
import warnings
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from .batches import Batches
from .callbacks.callback_list import CallbackList
from .callbacks.history import History
from .dataset import Dataset
from .errors import DivergenceError, DivergenceWarning
from .progress import Progress
from .sources import ArraySource, BatchSource, evaluate_batches

if TYPE_CHECKING:
    from .model import Model

__all__ = ["Schedule", "fit"]


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


def fit(
    model: Model,
    source: ArraySource | BatchSource,
    validation: Dataset | Batches | None,
    schedule: Schedule,
    callbacks: Any,
    verbose: int,
) -> History:
    """Train; the model keeps its last full epoch whatever ends the training."""
    compilation, network = model._require_compiled("fit"), model._require_network("fit")
    history = History()
    progress = Progress(verbose, compilation.core_names)
    hooks = CallbackList("fit", callbacks, history, progress)
    seed = model._training_seed()
    source.open(seed)
    try:
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
        logs: dict[str, float] = {}
        losses = []
        for epoch in range(model._initial_epoch, schedule.epochs):
            if not source.prepare(model._epochs_trained):
                break
            hooks.call("on_epoch_begin", epoch, {})
            compilation.optimizer._pass_rate(network)
            network.set_strength_ramps(model._strength_ramps(epoch, schedule.epochs))
            try:
                loss, metrics = source.run_epoch(model._epochs_trained, begin, end, on_progress)
            except DivergenceError as error:
                logs = {"loss": math.nan}
                if not hooks.terminate(error):
                    raise
                hooks.call("on_epoch_end", epoch, logs)
                break
            model._epochs_trained += 1
            losses.append(loss)
            params["steps"] = source.steps
            logs = compilation.logs(loss, metrics, source.of_functions())
            if validation is not None and schedule.validates(epoch):
                held = evaluate(model, validation, hooks)
                logs = dict(sorted({**logs, **{f"val_{name}": value for name, value in held.items()}}.items()))
            hooks.call("on_epoch_end", epoch, logs)
            if model.stop_training:
                break
    finally:
        progress.close()
        source.close()
    network.take_average()
    hooks.call("on_train_end", logs)
    _warn_of_divergence(losses)
    return history


def _batch_hooks(model: Model, hooks: CallbackList) -> tuple[Any, Any]:
    compilation, network = model._require_compiled("fit"), model._require_network("fit")

    def begin(batch: int) -> None:
        hooks.call("on_train_batch_begin", batch, {})
        compilation.optimizer._pass_rate(network)

    def end(batch: int, loss: float, metrics: list[float]) -> None:
        hooks.call("on_train_batch_end", batch, compilation.logs(loss, metrics))
        compilation.optimizer._pass_rate(network)

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


def _warn_of_divergence(losses: list[float]) -> None:
    if len(losses) > 1 and losses[-1] > 10 * losses[0]:
        warnings.warn(
            f"[fit] the training loss grew from {losses[0]:.6g} to {losses[-1]:.6g}: "
            "training is diverging, try a smaller learning_rate or scale the columns of x",
            DivergenceWarning,
            stacklevel=4,
        )
