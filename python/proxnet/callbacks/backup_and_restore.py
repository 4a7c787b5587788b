"""A backup from which an interrupted training continues."""

from __future__ import annotations

import os
import shutil
from typing import Any, Unpack

from .. import _check
from .._check.keywords import NoKeywords
from .backup import restore_backup, save_backup
from .callback import Callback, Logs
from .paths import naming
from .saved_state import digest, is_plain, read_state, write_state

__all__ = ["BackupAndRestore"]


def _named(callbacks: list[Any]) -> dict[str, Any]:
    """Callbacks by names that are equal in each run of a program: their class, and a count within it."""
    named: dict[str, Any] = {}
    for callback in callbacks:
        cls, count = type(callback), 0
        while (name := f"{cls.__module__}.{cls.__qualname__}.{count}") in named:
            count += 1
        named[name] = callback
    return named


def _has_own_state(callback: Any) -> bool:
    """Whether its class overrides `get_state`."""
    return getattr(type(callback), "get_state", Callback.get_state) is not Callback.get_state


def _attributes(callback: Any) -> dict[str, Any]:
    return {} if _has_own_state(callback) or not hasattr(callback, "__dict__") else Callback.get_state(callback)


class BackupAndRestore(Callback):
    """Saves the whole training after every epoch; when the same program is started again, it continues from there.

    An interrupted and continued training ends with the bits and the history of an uninterrupted one, if data, model,
    arguments of `fit` and callbacks are the same. The backup includes the state of the other callbacks: the result of
    `Callback.get_state`, or where a class does not override it the attributes that changed since training began.

    Parameters
    ----------
    backup_dir : str or path
        Folder of the backup, used by this training only.
    save_freq : "epoch"
        Keras' numbers of batches are not available: training continues from full epochs.
    double_checkpoint : bool, default False
        Has no effect: the old backup stays until the new one is complete.
    delete_checkpoint : bool, default True
        Whether the folder is deleted when training has ended.

    Raises
    ------
    ValueError
        From `fit` for a damaged backup, one of another model, or a file of `save`, which is no backup.
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: str = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        super().__init__()
        name = "BackupAndRestore"
        _check.refuse_keywords(name, unknown, BackupAndRestore)
        self.backup_dir = _check.path(name, "backup_dir", backup_dir)
        self.save_freq = _check.choice(name, "save_freq", save_freq, ("epoch",))
        self.double_checkpoint = _check.flag(name, "double_checkpoint", double_checkpoint)
        self.delete_checkpoint = _check.flag(name, "delete_checkpoint", delete_checkpoint)
        self.others: list[Any] = []  # the callbacks of this fit whose state is backed up

    @property
    def _path(self) -> str:
        return os.path.join(self.backup_dir, "latest.safetensors")

    def _state_path(self, epoch: int) -> str:
        return os.path.join(self.backup_dir, f"callbacks-{epoch}.npz")

    def on_train_begin(self, logs: Logs = None) -> None:
        """Restore the backup, if there is one."""
        named = _named(self.others)
        self._unchanged = {
            name: {key: digest(value) for key, value in _attributes(other).items()} for name, other in named.items()
        }
        if not os.path.exists(self._path):
            return
        epoch = restore_backup(self.model, self._path)
        if not os.path.exists(self._state_path(epoch)):
            raise ValueError(f"[BackupAndRestore] the callbacks' state must be beside {self._path}, it is not")
        for name, state in read_state(self._state_path(epoch)).items():
            if name in named:
                getattr(named[name], "set_state", vars(named[name]).update)(state)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Save the backup."""
        with naming("BackupAndRestore", "backup_dir", self.backup_dir):
            os.makedirs(self.backup_dir, exist_ok=True)
            states = {name: self._state(name, other) for name, other in _named(self.others).items()}
            write_state(self._state_path(epoch + 1), states)
            save_backup(self.model, self._path, epoch + 1)  # names the state's file: from now on it is the backup
            for file in os.listdir(self.backup_dir):
                if file.startswith("callbacks-") and file != os.path.basename(self._state_path(epoch + 1)):
                    os.remove(os.path.join(self.backup_dir, file))

    def _state(self, name: str, callback: Any) -> dict[str, Any]:
        """A callback's state; only changed attributes, so that arguments come from the program."""
        if _has_own_state(callback):
            state = callback.get_state()
            if not (isinstance(state, dict) and is_plain(state)):
                raise TypeError(
                    f"[BackupAndRestore] get_state of {type(callback).__name__} must give a dict of numbers, text, "
                    f"arrays and lists, got {_check.shown(state)}"
                )
            return state
        before = self._unchanged.get(name, {})
        return {key: value for key, value in _attributes(callback).items() if before.get(key) != digest(value)}

    def on_train_end(self, logs: Logs = None) -> None:
        """Delete the backup."""
        if self.delete_checkpoint and os.path.exists(self.backup_dir):
            shutil.rmtree(self.backup_dir)
