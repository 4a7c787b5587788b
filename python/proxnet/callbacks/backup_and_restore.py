"""Training that survives its process."""

from __future__ import annotations

import os
import shutil
from typing import Any

from .. import _arguments, _names
from .callback import Callback, Logs

__all__ = ["BackupAndRestore"]


class BackupAndRestore(Callback):
    """Saves the whole training every epoch, and goes on from there when the same program is started again.

    The model of a training that was interrupted and started again has the bits of one that was not. Of an unchanged
    program: data, model and arguments of `fit` must be the same.

    Parameters
    ----------
    backup_dir : str or path
        Folder of the backup; of this training alone.
    save_freq : "epoch"
        Keras' numbers of batches are not here: an epoch is what training goes on from.
    double_checkpoint : bool, default False
        Changes nothing: the old backup stays until the new one is whole.
    delete_checkpoint : bool, default True
        Whether the folder goes when training has ended.

    Raises
    ------
    ValueError
        From `fit` for a damaged backup, or one of another model.
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: str = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
        **unknown: Any,
    ) -> None:
        super().__init__()
        name = "BackupAndRestore"
        known = ("backup_dir", "save_freq", "double_checkpoint", "delete_checkpoint")
        _names.refuse_keywords(name, unknown, known)
        if not os.fspath(backup_dir):
            raise ValueError(f"[{name}] backup_dir must not be empty")
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = _arguments.choice(name, "save_freq", save_freq, ("epoch",))
        self.double_checkpoint = _arguments.flag(name, "double_checkpoint", double_checkpoint)
        self.delete_checkpoint = _arguments.flag(name, "delete_checkpoint", delete_checkpoint)

    @property
    def _path(self) -> str:
        return os.path.join(self.backup_dir, "latest.safetensors")

    def on_train_begin(self, logs: Logs = None) -> None:
        """Restore the backup, if there is one."""
        if os.path.exists(self._path):
            self.model._restore_backup(self._path)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Back up."""
        os.makedirs(self.backup_dir, exist_ok=True)
        self.model._save_backup(self._path, epoch + 1)

    def on_train_end(self, logs: Logs = None) -> None:
        """Delete the backup."""
        if self.delete_checkpoint and os.path.exists(self.backup_dir):
            shutil.rmtree(self.backup_dir)
