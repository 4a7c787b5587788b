"""The record of a training."""

from __future__ import annotations

import weakref
from collections import deque
from typing import Any

from .callback import Callback, Logs

__all__ = ["History"]


class History(Callback):
    """Collects the logs of every epoch; `fit` makes one, returns it and keeps it in `model.history`.

    Attributes
    ----------
    history : dict of str to list of float
        One value per epoch; keys in alphabetical order, with the prefix "val_" for validation, as in Keras. Values of
        the training are means over the epoch's batches, with dropout; losses include the penalty. Values of an epoch
        that was interrupted before they were known are NaN; epochs without validation have no "val_" values.
    epoch : list of int
    params : dict
    model : Sequential or None
        A weak reference: None when the model is deleted.
    """

    def __init__(self) -> None:
        self._model: weakref.ref[Any] | None = None
        super().__init__()
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    @property
    def model(self) -> Any:
        """The model that was trained."""
        return None if self._model is None else self._model()

    @model.setter
    def model(self, value: Any) -> None:
        self._model = None if value is None else weakref.ref(value)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_model": None}

    def __repr__(self) -> str:
        last = ", ".join(f"{name}={values[-1]:.4g}" for name, values in self.history.items() if values)
        return f"<History epochs={len(self.epoch)}{', ' + last if last else ''}>"

    def on_train_begin(self, logs: Logs = None) -> None:
        """Clear the record."""
        self.epoch = []
        self.history = {}

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Append the epoch's values."""
        values = logs or {}
        lists: list[list[Any]] = [self.epoch, *(self.history.setdefault(name, []) for name in values)]
        # One call of C code: a Ctrl-C comes before all values are appended, or after.
        deque(map(list.append, lists, [epoch, *values.values()]), maxlen=0)
