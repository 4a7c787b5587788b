"""Adagrad."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check
from .._check.keywords import OptimizerKeywords
from .optimizer import Optimizer

__all__ = ["Adagrad"]


class Adagrad(Optimizer):
    """Adagrad [Duchi, Hazan and Singer, 2011]: ``w <- w - learning_rate g / sqrt(a + epsilon)``, ``a <- a + g^2``.

    With proximal steps it ends at the stationary points of the stated objective, with a constant learning rate too: the
    steps become shorter by themselves. The threshold is ``strength learning_rate / sqrt(a + epsilon)``.

    Parameters
    ----------
    learning_rate : float or schedule, default 0.001
        > 0.
    initial_accumulator_value : float, default 0.1
        The first value of a, >= 0.
    epsilon : float, default 1e-7
        > 0.
    name : str, optional
    **common
        As `Optimizer`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.optimizers import Adagrad
    >>> Adagrad(0.1).initial_accumulator_value
    0.1
    """

    _KIND = "adagrad"
    _KNOWN = ("initial_accumulator_value", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        name: str | None = None,
        **common: Unpack[OptimizerKeywords],
    ) -> None:
        super().__init__(learning_rate, name=name, **common)
        self.initial_accumulator_value = self._not_negative("initial_accumulator_value", initial_accumulator_value)
        self.epsilon = _check.real(self._operation, "epsilon", epsilon, above=0)
