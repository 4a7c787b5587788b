"""Gradient descent."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check
from .._check.keywords import OptimizerKeywords
from .optimizer import Optimizer

__all__ = ["SGD"]


class SGD(Optimizer):
    """Gradient descent with momentum, also Nesterov's: ``v <- momentum v - learning_rate g``, ``w <- w + v``.

    With proximal steps it ends at the stationary points of the stated objective: the threshold of the penalties
    follows the velocity's own recursion, ``s <- momentum s + learning_rate``.

    Parameters
    ----------
    learning_rate : float or schedule, default 0.01
        > 0.
    momentum : float, default 0.0
        0 <= momentum < 1.
    nesterov : bool, default False
        ``w <- w + momentum v - learning_rate g`` instead.
    name : str, optional
    **common
        As `Optimizer`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.optimizers import SGD, schedules
    >>> SGD(schedules.CosineDecay(0.1, decay_steps=1000), momentum=0.9).learning_rate
    0.1
    """

    _KIND = "sgd"
    _KNOWN = ("momentum", "nesterov")

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        name: str | None = None,
        **common: Unpack[OptimizerKeywords],
    ) -> None:
        super().__init__(learning_rate, name=name, **common)
        self.momentum = self._unit("momentum", momentum)
        self.nesterov = _check.flag(self._operation, "nesterov", nesterov)
