"""A divergence that stops training instead of raising an error."""

from __future__ import annotations

from typing import Unpack

from .. import _check
from .._check.keywords import NoKeywords
from .callback import Callback, Logs

__all__ = ["TerminateOnNaN"]


class TerminateOnNaN(Callback):
    """Stops training at a loss or weights that are not finite, where `fit` would raise `DivergenceError`.

    The model keeps the weights of its last full epoch, which are finite; the logs are NaN under every key. The core
    checks the loss of every batch anyway, so this callback costs nothing.

    Parameters
    ----------
    raise_error : bool, default False
        Raise a RuntimeError instead.
    """

    def __init__(self, raise_error: bool = False, **unknown: Unpack[NoKeywords]) -> None:
        super().__init__()
        _check.refuse_keywords("TerminateOnNaN", unknown, TerminateOnNaN)
        self.raise_error = _check.flag("TerminateOnNaN", "raise_error", raise_error)

    def on_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Called at the divergence only."""
        if self.raise_error:
            raise RuntimeError(f"NaN or Inf loss encountered at batch {batch}. Terminating training immediately.")
        print(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
