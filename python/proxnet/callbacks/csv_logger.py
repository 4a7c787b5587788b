"""Every epoch's logs as a line of a file."""

from __future__ import annotations

import csv
import os
import warnings
from typing import Any

from .. import _arguments, _names
from .callback import Callback, Logs
from .paths import naming, shown

__all__ = ["CSVLogger"]


class CSVLogger(Callback):
    """Writes a line of comma-separated values an epoch, as Keras does: "epoch" (from 0), then the logs by name.

    The columns are those of the first epoch, with one for each metric's validation; a value that is missing is "NA".

    Parameters
    ----------
    filename : str or path
    separator : str, default ","
        One character.
    append : bool, default False
        Whether to go on in a file that exists, whose header then says the columns.

    Raises
    ------
    OSError
        From `fit` when the file cannot be written.
    ValueError
        From `fit` when the file to go on in is no such log.

    Warns
    -----
    UserWarning
        When an epoch has a value that the file has no column for.
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False, **unknown: Any
    ) -> None:
        super().__init__()
        _names.refuse_keywords("CSVLogger", unknown, ("filename", "separator", "append"))
        self.filename = _arguments.path("CSVLogger", "filename", filename)
        self.sep = _arguments.text("CSVLogger", "separator", separator)
        if len(self.sep) != 1:
            raise ValueError(f"[CSVLogger] separator must be one character, got {shown(separator)}")
        self.append = _arguments.flag("CSVLogger", "append", append)
        self._keys: list[str] | None = None
        self._size = 0  # bytes of the lines so far

    def _open(self) -> Any:
        """The file, for one reading or writing: an exception anywhere in `fit` leaves nothing open."""
        with naming("CSVLogger", "filename", self.filename):
            return open(self.filename, "a+", newline="", encoding="utf-8")

    def on_train_begin(self, logs: Logs = None) -> None:
        """Make the file, if there is none."""
        self._open().close()
        self._keys = None

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on after the line of the last epoch that counts."""
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
        """The names in the file's header, None of an empty file; the file ends with a line's end then."""
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
        if text and not text.endswith("\n"):  # of a program that ended inside a line
            file.write("\r\n")
        return header[1:]

    def _columns_from(self, logs: dict[str, float]) -> list[str]:
        """Names of the logs; validation may come in later epochs, of the loss and the metrics alone."""
        keys = sorted(logs)
        measured = getattr(self.model, "metrics_names", keys)
        late = [] if any(key.startswith("val_") for key in keys) else [f"val_{key}" for key in keys if key in measured]
        return keys + late
