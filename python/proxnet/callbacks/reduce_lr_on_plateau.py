"""A smaller learning rate when a value has stopped improving."""

from __future__ import annotations

import warnings
from typing import Unpack

from .. import _check
from .._check.keywords import NoKeywords
from .callback import Logs
from .monitor import MonitorCallback

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(MonitorCallback):
    """Multiplies the learning rate by `factor` after `patience` epochs without improvement, as in Keras.

    The logs get the key "learning_rate".

    Parameters
    ----------
    monitor : str, default "val_loss"
    factor : float, default 0.1
        0 < factor < 1.
    patience : int, default 10
    verbose : int, default 0
        1 prints each new learning rate.
    mode : {"auto", "min", "max"}, default "auto"
    min_delta : float, default 1e-4
    cooldown : int, default 0
        Epochs after a change that do not count for `patience`.
    min_lr : float, default 0.0
        Lowest learning rate.

    Warns
    -----
    UserWarning
        When the logs have no `monitor`.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> model = proxnet.Sequential([proxnet.layers.Dense(1)])
    >>> model.compile(proxnet.optimizers.SGD(1e-9), loss="mse")
    >>> slower = proxnet.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1)
    >>> history = model.fit(np.ones((8, 2)), np.ones(8), epochs=3, verbose=0, callbacks=[slower])
    >>> history.history["learning_rate"]
    [1e-09, 1e-09, 5e-10]
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        name = "ReduceLROnPlateau"
        _check.refuse_keywords(name, unknown, ReduceLROnPlateau)
        self.factor = _check.real(name, "factor", factor, above=0, below=1)
        self.patience = _check.integer(name, "patience", patience, minimum=0)
        self.verbose = _check.level(name, "verbose", verbose)
        self.cooldown = _check.integer(name, "cooldown", cooldown, minimum=0)
        self.min_lr = _check.real(name, "min_lr", min_lr, minimum=0)
        self._reset()

    def _reset(self) -> None:
        self.best: float | None = None
        self.wait = 0
        self.cooldown_counter = 0

    def on_train_begin(self, logs: Logs = None) -> None:
        """Reset the state."""
        self._reset()

    def in_cooldown(self) -> bool:
        """Whether fewer than `cooldown` epochs have passed since the last change."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Compare with the best value, and lower the learning rate after `patience` epochs without improvement."""
        logs = {} if logs is None else logs
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        current = self._current(logs)
        if current is None:
            warnings.warn(
                f"Learning rate reduction is conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs)}.",
                stacklevel=2,
            )
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._improves(current, self.best):
            self.best, self.wait = current, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        old = float(self.model.optimizer.learning_rate)
        if old <= self.min_lr:
            return
        new = max(old * self.factor, self.min_lr)
        self.model.optimizer.learning_rate = new
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new}.")
        self.cooldown_counter, self.wait = self.cooldown, 0
