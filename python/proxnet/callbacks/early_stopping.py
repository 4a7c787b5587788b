"""Stop training when a value has stopped improving."""

from __future__ import annotations

import warnings
from typing import Any, Unpack

from .. import _check
from .._check.keywords import NoKeywords
from ..regularizers.target import targets_of
from .callback import Logs
from .monitor import MonitorCallback

__all__ = ["EarlyStopping"]


class EarlyStopping(MonitorCallback):
    """Stops training after `patience` epochs without improvement, as in Keras.

    With a `TargetSparsity` the epochs before its `end` have fewer zeros than its target. With `restore_best_weights`
    each of these epochs counts as an improvement: training reaches the target, and the best epoch that has the target
    share is restored. For the best of all epochs use ``ModelCheckpoint(..., save_best_only=True)``. Without
    `restore_best_weights` training may stop before the target is reached, and `fit` warns; `start_from_epoch` prevents
    this.

    Parameters
    ----------
    monitor : str, default "val_loss"
        Key of the logs.
    min_delta : float, default 0
        Smallest change that is an improvement; its sign does not matter.
    patience : int, default 0
        Epochs without improvement after which training stops.
    verbose : int, default 0
        1 prints when training stops and weights are restored.
    mode : {"auto", "min", "max"}, default "auto"
        Whether smaller or larger values are better; "auto": larger for accuracies, smaller for losses and errors.
    baseline : float, optional
        Improvements count for patience only when they are better than this value.
    restore_best_weights : bool, default False
        Whether the weights of the best epoch are restored when training ends, also when it was not stopped.
    start_from_epoch : int, default 0
        Epochs before this one are ignored.

    Attributes
    ----------
    best : float or None
    best_epoch : int
    stopped_epoch : int
        0 if training was not stopped.
    wait : int
        Epochs since the last improvement.

    Warns
    -----
    UserWarning
        When the logs have no such key.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        name = "EarlyStopping"
        _check.refuse_keywords(name, unknown, EarlyStopping)
        self.patience = _check.integer(name, "patience", patience, minimum=0)
        self.verbose = _check.level(name, "verbose", verbose)
        self.baseline = None if baseline is None else _check.real(name, "baseline", baseline)
        self.restore_best_weights = _check.flag(name, "restore_best_weights", restore_best_weights)
        self.start_from_epoch = _check.integer(name, "start_from_epoch", start_from_epoch, minimum=0)
        self._reset()

    def _reset(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best: float | None = None
        self.best_epoch = 0
        self.best_weights: list[Any] | None = None
        self._pending = False  # whether the share of zeros was still rising in the last epoch

    def on_train_begin(self, logs: Logs = None) -> None:
        """Reset the state."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Compare with the best value, and stop after `patience` epochs without improvement."""
        current = self._current(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights:
            if self._pending:
                self.best = self.best_weights = None
            targets = (target for _, target in targets_of(self.model.layers))
            self._pending = any(epoch < target._refit_epoch(self.params["epochs"]) for target in targets)
        if self.restore_best_weights and self.best_weights is None:
            self._remember(epoch)
        self.wait += 1
        if self._improves(current, self.best):
            self.best = current
            self._remember(epoch)
            if self._improves(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs = None) -> None:
        """Restore the best weights."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)

    def _remember(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()

    def _current(self, logs: Logs) -> float | None:
        logs = logs or {}
        if self.monitor not in logs:
            warnings.warn(
                f"Early stopping conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs)}",
                stacklevel=2,
            )
        return logs.get(self.monitor)
