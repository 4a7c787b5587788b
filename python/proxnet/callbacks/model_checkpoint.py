"""Save the model while it trains."""

from __future__ import annotations

import os
import warnings
from typing import Any, Unpack

from .. import _check
from .._check.keywords import NoKeywords
from .callback import Logs
from .monitor import MonitorCallback
from .paths import naming, shown

__all__ = ["ModelCheckpoint"]


class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights, after each epoch or a number of batches, as in Keras.

    Parameters
    ----------
    filepath : str or path
        May contain "{epoch:02d}", "{batch}" and keys of the logs, such as "{val_loss:.2f}"; epochs count from 1.
        Folders are created.
    monitor : str, default "val_loss"
    verbose : int, default 0
        1 prints what is saved, or why nothing is.
    save_best_only : bool, default False
        Save only when `monitor` is better than in all epochs before.
    save_weights_only : bool, default False
        `Sequential.save_weights` instead of `Sequential.save`.
    mode : {"auto", "min", "max"}, default "auto"
    save_freq : "epoch" or int, default "epoch"
        "epoch", or the number of batches between two files: Python then runs once per batch.
    initial_value_threshold : float, optional
        The first saved value must be better than this.

    Attributes
    ----------
    best : float or None

    Raises
    ------
    KeyError
        When the path contains a key that the logs do not have.
    OSError
        When a file cannot be written; the file before is then unchanged.

    Warns
    -----
    UserWarning
        When the logs have no `monitor`; the model is then saved.

    Examples
    --------
    >>> import os, tempfile, numpy as np, proxnet
    >>> model = proxnet.Sequential([proxnet.layers.Dense(1)])
    >>> model.compile(loss="mse")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     keep = proxnet.callbacks.ModelCheckpoint(os.path.join(folder, "{epoch:02d}.safetensors"))
    ...     _ = model.fit(np.ones((8, 2)), np.ones(8), epochs=2, verbose=0, callbacks=[keep])
    ...     print(sorted(os.listdir(folder)))
    ['01.safetensors', '02.safetensors']
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        super().__init__(monitor, mode)
        name = "ModelCheckpoint"
        _check.refuse_keywords(name, unknown, ModelCheckpoint)
        self.filepath = _check.path(name, "filepath", filepath)
        self.verbose = _check.level(name, "verbose", verbose)
        self.save_best_only = _check.flag(name, "save_best_only", save_best_only)
        self.save_weights_only = _check.flag(name, "save_weights_only", save_weights_only)
        self.best: float | None = None
        if initial_value_threshold is not None:
            self.best = _check.real(name, "initial_value_threshold", initial_value_threshold)
        self.save_freq = save_freq
        if isinstance(save_freq, str):
            _check.choice(name, "save_freq", save_freq, ("epoch",))
        else:
            _check.integer(name, "save_freq", save_freq, minimum=1)
            self.on_train_batch_end = self._after_batch  # type: ignore[method-assign]  # a hook that costs time
        self._epoch = self._batches_since = 0

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Note the epoch's number."""
        self._epoch = epoch

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Save, if every epoch is to be."""
        if self.save_freq == "epoch":
            self._save(epoch, None, logs or {})

    def _after_batch(self, batch: int, logs: Logs = None) -> None:
        self._batches_since += 1
        if self._batches_since >= self.save_freq:
            self._batches_since = 0
            self._save(self._epoch, batch, logs or {})

    def _save(self, epoch: int, batch: int | None, logs: dict[str, float]) -> None:
        path = self._path(epoch, batch, logs)
        reason = self._reason(path, logs)
        if self.verbose and reason:
            print(f"\nEpoch {epoch + 1}: {reason}")
        if reason is not None and reason.startswith(f"{self.monitor} did not"):
            return
        with naming("ModelCheckpoint", "filepath", path):
            if folder := os.path.dirname(path):
                os.makedirs(folder, exist_ok=True)
            (self.model.save_weights if self.save_weights_only else self.model.save)(path, overwrite=True)
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: finished saving model to {shown(path)}")

    def _reason(self, path: str, logs: dict[str, float]) -> str | None:
        """Why the model is saved or not, in Keras' words."""
        if not self.save_best_only:
            return f"saving model to {shown(path)}"
        value = self._current(logs)
        if value is None:
            warnings.warn(f"Can save best model only with {self.monitor} available.", stacklevel=4)
            return None
        before = "None" if self.best is None else f"{self.best:.5f}"
        if not self._improves(value, self.best):
            return f"{self.monitor} did not improve from {before}"
        self.best = value
        return f"{self.monitor} improved from {before} to {value:.5f}, saving model to {shown(path)}"

    def _path(self, epoch: int, batch: int | None, logs: dict[str, float]) -> str:
        names = {**logs, "epoch": epoch + 1, **({} if batch is None else {"batch": batch + 1})}
        try:
            return self.filepath.format(**names)
        except (KeyError, IndexError, ValueError, AttributeError) as reason:
            text = f'Failed to format this callback filepath: "{shown(self.filepath)}". Reason: {reason}'
            raise (KeyError if isinstance(reason, KeyError) else ValueError)(text) from None
