"""The learning rate as a function of the epoch."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Unpack

from .. import _check
from .._check.keywords import NoKeywords
from .callback import Callback, Logs

__all__ = ["LearningRateScheduler"]


class LearningRateScheduler(Callback):
    """Sets the learning rate before every epoch from a function, as in Keras; the logs get the key "learning_rate".

    Parameters
    ----------
    schedule : callable of (epoch, learning_rate) or of (epoch) to float
        Epochs count from 0.
    verbose : int, default 0
        1 prints each learning rate.

    Raises
    ------
    TypeError, ValueError
        For a schedule that is not callable, and from `fit` for a result that is not a learning rate.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> model = proxnet.Sequential([proxnet.layers.Dense(1)])
    >>> model.compile(proxnet.optimizers.SGD(0.1), loss="mse")
    >>> halve = proxnet.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    >>> model.fit(np.ones((8, 2)), np.ones(8), epochs=2, verbose=0, callbacks=[halve]).history["learning_rate"]
    [0.05, 0.025]
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0, **unknown: Unpack[NoKeywords]) -> None:
        super().__init__()
        _check.refuse_keywords("LearningRateScheduler", unknown, LearningRateScheduler)
        if not callable(schedule):
            raise TypeError(f"[LearningRateScheduler] schedule must be callable, got {_check.shown(schedule)}")
        self.schedule = schedule
        self.verbose = _check.level("LearningRateScheduler", "verbose", verbose)

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Set the learning rate."""
        arguments = (epoch, float(self.model.optimizer.learning_rate))
        value = self.schedule(*arguments if _takes(self.schedule, arguments) else (epoch,))
        rate = _check.real("LearningRateScheduler", "what schedule returns", value, above=0)
        self.model.optimizer.learning_rate = rate
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Log the learning rate."""
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)


def _takes(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        return False
    except ValueError:  # a builtin without a signature
        return True
    return True
