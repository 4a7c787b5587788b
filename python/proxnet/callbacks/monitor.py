"""The base of callbacks that compare one value of the logs from epoch to epoch."""

from __future__ import annotations

import math
from typing import Any

from .. import _check
from .callback import Callback, Logs

__all__ = ["MonitorCallback", "better"]


class MonitorCallback(Callback):
    """Base of callbacks that compare a value of the logs from epoch to epoch.

    Parameters
    ----------
    monitor : str
        Key of the logs.
    mode : {"auto", "min", "max"}
        Whether smaller or larger values are better; "auto": larger for accuracies, smaller for losses and errors.
    min_delta : float
        Smallest change that is an improvement; its sign does not matter.
    """

    def __init__(self, monitor: Any, mode: Any, min_delta: Any = 0) -> None:
        super().__init__()
        name = type(self).__name__
        self.monitor = _check.text(name, "monitor", monitor)
        self.mode = _check.choice(name, "mode", mode, ("auto", "min", "max"))
        self.min_delta = abs(_check.real(name, "min_delta", min_delta))

    def _current(self, logs: Logs) -> float | None:
        return None if logs is None else logs.get(self.monitor)

    def _improves(self, value: float, reference: float | None) -> bool:
        if math.isnan(value):
            return False
        if reference is None or math.isnan(reference):
            return True
        return value - self.min_delta > reference if self._upwards() else value + self.min_delta < reference

    def _upwards(self) -> bool:
        mode = better(self.model, self.monitor) if self.mode == "auto" else self.mode
        return self.monitor.endswith(("acc", "accuracy", "auc")) if mode == "auto" else mode == "max"


def better(model: Any, monitor: str) -> str:
    """Whether the "min" or the "max" of a value of the logs is better; "auto" if it belongs to no metric."""
    name = monitor.removeprefix("val_")
    directions = [metric._direction for metric in getattr(model, "metrics", ()) if metric.name == name]
    return {"up": "max", "down": "min"}[directions[0]] if directions else "auto"
