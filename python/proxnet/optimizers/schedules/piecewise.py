"""Constant and piecewise constant learning rates."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ... import _check
from .schedule import LearningRateSchedule

__all__ = ["Constant", "PiecewiseConstantDecay"]


class Constant(LearningRateSchedule):
    """One learning rate for all steps.

    Parameters
    ----------
    learning_rate : float
        > 0.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range.

    Examples
    --------
    >>> from proxnet.optimizers.schedules import Constant
    >>> Constant(0.1)(1000)
    0.1
    """

    _KIND = "constant"
    _ARGUMENTS: ClassVar[dict[str, str]] = {"learning_rate": "initial_learning_rate"}

    def __init__(self, learning_rate: float, name: str | None = None) -> None:
        self._set(name, "Constant", learning_rate=learning_rate)


class PiecewiseConstantDecay(LearningRateSchedule):
    """``values[0]`` for steps <= ``boundaries[0]``, then ``values[1]`` for steps <= ``boundaries[1]``, and so on.

    Parameters
    ----------
    boundaries : list of float
        At least one; increasing.
    values : list of float
        >= 0; one more than boundaries.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range.

    Examples
    --------
    >>> from proxnet.optimizers.schedules import PiecewiseConstantDecay
    >>> rate = PiecewiseConstantDecay([10, 20], [0.1, 0.01, 0.001])
    >>> rate(10), rate(11), rate(21)
    (0.1, 0.01, 0.001)
    """

    _KIND = "piecewise_constant_decay"
    _ARGUMENTS: ClassVar[dict[str, str]] = {"boundaries": "boundaries", "values": "values"}

    def __init__(self, boundaries: Any, values: Any, name: str | None = None) -> None:
        for argument, value in (("boundaries", boundaries), ("values", values)):
            if not isinstance(value, list | tuple) and not (isinstance(value, np.ndarray) and value.ndim == 1):
                raise TypeError(f"[PiecewiseConstantDecay] {argument} must be a list, got {_check.shown(value)}")
        self._set(name, "PiecewiseConstant", boundaries=list(boundaries), values=list(values))
