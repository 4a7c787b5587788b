"""A callback from functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import _check
from .callback import Callback

__all__ = ["LambdaCallback"]

_HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))


class LambdaCallback(Callback):
    """Calls the given functions.

    Parameters
    ----------
    on_epoch_begin, on_epoch_end : callable of (epoch, logs), optional
    on_train_begin, on_train_end : callable of (logs), optional
    on_train_batch_begin, on_train_batch_end : callable of (batch, logs), optional
        With one of these Python runs once per batch.
    **hooks
        Functions for the other hooks of `Callback`.

    Raises
    ------
    TypeError
        For an unknown hook, or a value that is not callable.

    Examples
    --------
    >>> from proxnet.callbacks import LambdaCallback
    >>> LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch)).on_epoch_end(3, {})
    3
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **hooks: Any,
    ) -> None:
        super().__init__()
        _check.refuse_keywords("LambdaCallback", {k: v for k, v in hooks.items() if k not in _HOOKS}, _HOOKS)
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **hooks,
        }
        for name, function in given.items():
            if function is None:
                continue
            if not callable(function):
                raise TypeError(f"[LambdaCallback] {name} must be callable, got {_check.shown(function)}")
            setattr(self, name, function)
