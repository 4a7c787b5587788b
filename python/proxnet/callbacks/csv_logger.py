"""A file with the logs of every epoch."""

from __future__ import annotations

import csv
import os
import warnings
from typing import Any, Unpack

from .. import _check
from .._check.keywords import NoKeywords
from .callback import Callback, Logs
from .paths import naming, shown

__all__ = ["CSVLogger"]


class CSVLogger(Callback):
    """Writes a line of comma-separated values per epoch, as in Keras: "epoch" (from 0), then the logs by name.

    The columns are the logs of the first epoch, and the validation of each metric; missing values are "NA".

    Parameters
    ----------
    filename : str or path
    separator : str, default ","
        One character.
    append : bool, default False
        Whether to continue an existing file, whose header then gives the columns.

    Raises
    ------
    OSError
        From `fit` when the file cannot be written.
    ValueError
        From `fit` when the existing file is not such a log.

    Warns
    -----
    UserWarning
        When an epoch has a value that the file has no column for.
    """

    def __init__(
        self,
        filename: str | os.PathLike[str],
        separator: str = ",",
        append: bool = False,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        super().__init__()
        _check.refuse_keywords("CSVLogger", unknown, CSVLogger)
        self.filename = _check.path("CSVLogger", "filename", filename)
        self.sep = _check.text("CSVLogger", "separator", separator)
        if len(self.sep) != 1:
            raise ValueError(f"[CSVLogger] separator must be one character, got {shown(separator)}")
        self.append = _check.flag("CSVLogger", "append", append)
        self._keys: list[str] | None = None
        self._size = 0  # of the file after the last line, in bytes

    def _open(self) -> Any:
        """The file, opened for each line: an exception in `fit` leaves nothing open."""
        with naming("CSVLogger", "filename", self.filename):
            return open(self.filename, "a+", newline="", encoding="utf-8")

    def on_train_begin(self, logs: Logs = None) -> None:
        """Create the file if there is none."""
        self._open().close()
        self._keys = None

    def set_state(self, state: dict[str, Any]) -> None:
        """Cut the file after the line of the last epoch of the backup."""
        super().set_state(state)
        with self._open() as file:
            self._size = min(self._size, os.path.getsize(self.filename))
            file.truncate(self._size)
        if self._size == 0:
            self._keys = None  # the header is gone

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Write a line."""
        logs = logs or {}
        with self._open() as file:
            writer = csv.writer(file, delimiter=self.sep)
            if self._keys is None:
                if not self.append:
                    file.truncate(0)
                self._keys = self._columns_of(file)
                if self._keys is None:
                    self._keys = self._columns_from(logs)
                    writer.writerow(["epoch", *self._keys])
            writer.writerow([epoch, *(logs.get(key, "NA") for key in self._keys)])
        self._size = os.path.getsize(self.filename)
        if extra := [key for key in logs if key not in self._keys]:
            warnings.warn(
                f"[CSVLogger] {shown(self.filename)} has no column for {', '.join(extra)}: not written", stacklevel=2
            )

    def _columns_of(self, file: Any) -> list[str] | None:
        """The columns in the file's header, None for an empty file; completes a last line without its end."""
        if os.path.getsize(self.filename) == 0:
            return None
        file.seek(0)
        try:
            header = next(csv.reader(file, delimiter=self.sep), [])
            text = file.read()
        except (UnicodeDecodeError, csv.Error) as error:
            header, text = [str(error)], ""
        if header[:1] != ["epoch"]:
            raise ValueError(
                f"[CSVLogger] filename must be a log to append to, whose first column is epoch: {shown(self.filename)} "
                f"begins with {''.join(header[:1])!r:.60}"
            )
        if text and not text.endswith("\n"):  # a program ended while it wrote a line
            file.write("\r\n")
        return header[1:]

    def _columns_from(self, logs: dict[str, float]) -> list[str]:
        """Names of the logs, and of the validation of loss and metrics, which may come in later epochs."""
        keys = sorted(logs)
        measured = getattr(self.model, "metrics_names", keys)
        late = [] if any(key.startswith("val_") for key in keys) else [f"val_{key}" for key in keys if key in measured]
        return keys + late
