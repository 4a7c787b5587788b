"""What every epoch reported."""

from __future__ import annotations

from collections import deque
from typing import Any

from .callback import Callback, Logs

__all__ = ["History"]


class History(Callback):
    """Collects the logs of every epoch; `fit` makes one, returns it and keeps it in `model.history`.

    Attributes
    ----------
    history : dict of str to list of float
        One value an epoch; keys in alphabetical order, the validation's with "val_" before them, as in Keras.
        The training's values are running means while the weights moved, dropout on; losses include the penalty. Values
        of an epoch that ended before they were known are NaN; epochs that `validation_freq` leaves out have none.
    epoch : list of int
    params : dict
    model : Sequential
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def on_train_begin(self, logs: Logs = None) -> None:
        """Start anew."""
        self.epoch = []
        self.history = {}

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Append the epoch's values."""
        values = logs or {}
        lists: list[list[Any]] = [self.epoch, *(self.history.setdefault(name, []) for name in values)]
        # One call of C: a Ctrl-C comes before all the values are appended, or after.
        deque(map(list.append, lists, [epoch, *values.values()]), maxlen=0)
