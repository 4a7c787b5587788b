"""The callbacks of one call of fit, evaluate or predict, in order."""

from __future__ import annotations

import math
from typing import Any

from .. import _check
from .backup_and_restore import BackupAndRestore
from .callback import Callback
from .monitor import better

__all__ = ["CallbackList"]

_BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")


class CallbackList:
    """Calls each hook of every callback that has it.

    Parameters
    ----------
    operation : str
        The method's name, for messages.
    callbacks : callback, list of callbacks, or None
        Objects with Keras' hooks.
    appended : callback
        The library's own callbacks (history, progress), which follow the user's.

    Raises
    ------
    TypeError
        For a class instead of an object, or an object without hooks.
    """

    def __init__(self, operation: str, callbacks: Any, *appended: Any) -> None:
        if callbacks is None:
            given: list[Any] = []
        elif isinstance(callbacks, list | tuple):
            given = list(callbacks)
        else:
            given = [callbacks]
        for index, callback in enumerate(given):
            if isinstance(callback, type):
                raise TypeError(
                    f"[{operation}] callbacks[{index}] must be an object, got the class {callback.__name__}; "
                    f"write {callback.__name__}()"
                )
            if not any(hasattr(callback, hook) for hook in ("on_epoch_end", "on_test_end", "on_predict_end")):
                raise TypeError(f"[{operation}] callbacks[{index}] must be a callback, got {_check.shown(callback)}")
        # Backups come last: they save the others' state after an epoch, and restore it after their on_train_begin.
        self.callbacks = sorted([*given, *appended], key=lambda callback: isinstance(callback, BackupAndRestore))

    def set(self, model: Any, params: dict[str, Any]) -> None:
        """Give every callback its model and parameters."""
        for callback in self.callbacks:
            if isinstance(callback, BackupAndRestore):
                callback.others = [other for other in self.callbacks if not isinstance(other, BackupAndRestore)]
            if hasattr(callback, "set_params"):
                callback.set_params(params)
            if hasattr(callback, "set_model"):
                callback.set_model(model)
            if getattr(callback, "mode", None) == "auto" and hasattr(callback, "_set_monitor_op"):
                callback.mode = better(model, callback.monitor)  # Keras' callbacks know Keras' metrics only

    def call(self, hook: str, *args: Any) -> None:
        """Call a hook: `args` are [epoch or batch] and logs."""
        for callback in self.callbacks:
            method = getattr(callback, hook, None)
            if method is not None:
                method(*args)

    def wants_batches(self) -> bool:
        """Whether a callback overrides a hook of training batches."""
        others = [callback for callback in self.callbacks if callback not in self._terminators()]
        return any(_overrides(callback, hook) for callback in others for hook in _BATCH_HOOKS)

    def _terminators(self) -> list[Any]:
        """The `TerminateOnNaN` callbacks, proxnet's or Keras', which are called at a divergence only."""
        return [c for c in self.callbacks if any(k.__name__ == "TerminateOnNaN" for k in type(c).__mro__)]

    def terminate(self, error: Exception) -> bool:
        """Call the `TerminateOnNaN` callbacks for a divergence; whether there are any."""
        for callback in self._terminators():
            callback.on_batch_end(getattr(error, "batch", 0), {"loss": math.nan})
        return bool(self._terminators())


def _overrides(callback: Any, hook: str) -> bool:
    method = getattr(callback, hook, None)
    if method is None:
        return False
    function = getattr(method, "__func__", method)
    if function is getattr(Callback, hook) or getattr(function, "_is_default", False):  # Keras marks its defaults so
        return False
    return getattr(function, "__qualname__", "") != f"Callback.{hook}"
