"""RMSprop."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check
from .._check.keywords import OptimizerKeywords
from .optimizer import Optimizer

__all__ = ["RMSprop"]


class RMSprop(Optimizer):
    """RMSprop [Tieleman and Hinton, 2012] as Keras has it: ``w <- w - learning_rate g / sqrt(v + epsilon)``.

    With proximal steps it ends at the stationary points of the stated objective: the threshold is
    ``strength learning_rate / sqrt(v + epsilon)``, with momentum accumulated like the step.

    Parameters
    ----------
    learning_rate : float or schedule, default 0.001
        > 0.
    rho : float, default 0.9
        Decay of v, the mean of squared gradients, 0 <= rho < 1.
    momentum : float, default 0.0
        0 <= momentum < 1.
    epsilon : float, default 1e-7
        > 0.
    centered : bool, default False
        Divide by the standard deviation instead: v minus the square of the mean gradient.
    name : str, optional
    **common
        As `Optimizer`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.optimizers import RMSprop
    >>> RMSprop(momentum=0.9)
    RMSprop(name='rmsprop', learning_rate=0.001, rho=0.9, momentum=0.9, epsilon=1e-07, centered=False)
    """

    _KIND = "rmsprop"
    _KNOWN = ("rho", "momentum", "epsilon", "centered")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        name: str | None = None,
        **common: Unpack[OptimizerKeywords],
    ) -> None:
        super().__init__(learning_rate, name=name, **common)
        self.rho = self._unit("rho", rho)
        self.momentum = self._unit("momentum", momentum)
        self.epsilon = _check.real(self._operation, "epsilon", epsilon, above=0)
        self.centered = _check.flag(self._operation, "centered", centered)
