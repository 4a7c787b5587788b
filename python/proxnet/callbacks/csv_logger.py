"""Every epoch's logs as a line of a file."""

from __future__ import annotations

import csv
import os
from typing import Any

from .. import _arguments, _names
from .callback import Callback, Logs

__all__ = ["CSVLogger"]


class CSVLogger(Callback):
    """Writes a line of comma-separated values an epoch, as Keras does: "epoch" (from 0), then the logs by name.

    Parameters
    ----------
    filename : str or path
    separator : str, default ","
        One character.
    append : bool, default False
        Whether to go on in a file that exists, without a second header.

    Raises
    ------
    OSError
        From `fit` when the file cannot be written.
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False, **unknown: Any
    ) -> None:
        super().__init__()
        _names.refuse_keywords("CSVLogger", unknown, ("filename", "separator", "append"))
        self.filename = os.fspath(filename)
        self.sep = _arguments.text("CSVLogger", "separator", separator)
        if len(self.sep) != 1:
            raise ValueError(f"[CSVLogger] separator must be one character, got {separator!r}")
        self.append = _arguments.flag("CSVLogger", "append", append)
        self._file: Any = None

    def on_train_begin(self, logs: Logs = None) -> None:
        """Open the file."""
        self._close()
        begun = self.append and os.path.exists(self.filename) and os.path.getsize(self.filename) > 0
        self._file = open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")  # noqa: SIM115
        self._header = not begun
        self._keys: list[str] | None = None

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Write a line."""
        logs = logs or {}
        writer = csv.writer(self._file, delimiter=self.sep)
        if self._keys is None:
            self._keys = sorted(logs)
            if not any(key.startswith("val_") for key in self._keys):  # validation may come in later epochs
                self._keys += [f"val_{key}" for key in self._keys]
            if self._header:
                writer.writerow(["epoch", *self._keys])
        writer.writerow([epoch, *(logs.get(key, "NA") for key in self._keys)])
        self._file.flush()

    def on_train_end(self, logs: Logs = None) -> None:
        """Close the file."""
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
