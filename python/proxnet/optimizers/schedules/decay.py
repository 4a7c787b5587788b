"""Exponential, inverse-time and polynomial decay."""

from __future__ import annotations

from typing import ClassVar

from ... import _check
from .schedule import LearningRateSchedule

__all__ = ["ExponentialDecay", "InverseTimeDecay", "PolynomialDecay"]


class ExponentialDecay(LearningRateSchedule):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)``.

    Parameters
    ----------
    initial_learning_rate : float
        > 0.
    decay_steps : float
        > 0.
    decay_rate : float
        > 0.
    staircase : bool, default False
        Round step / decay_steps down.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range.

    Examples
    --------
    >>> from proxnet.optimizers.schedules import ExponentialDecay
    >>> ExponentialDecay(0.1, decay_steps=100, decay_rate=0.5)(200)
    0.025
    """

    _KIND = "exponential_decay"
    _ARGUMENTS: ClassVar[dict[str, str]] = {
        name: name for name in ("initial_learning_rate", "decay_steps", "decay_rate", "staircase")
    }

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str | None = None,
    ) -> None:
        self._set(
            name,
            type(self).__name__,
            initial_learning_rate=initial_learning_rate,
            decay_steps=decay_steps,
            decay_rate=decay_rate,
            staircase=_check.flag(type(self).__name__, "staircase", staircase),
        )


class InverseTimeDecay(ExponentialDecay):
    """``initial_learning_rate / (1 + decay_rate * step / decay_steps)``; arguments as in `ExponentialDecay`.

    `decay_rate` may be 0.

    Examples
    --------
    >>> from proxnet.optimizers.schedules import InverseTimeDecay
    >>> InverseTimeDecay(0.1, decay_steps=100, decay_rate=1.0)(100)
    0.05
    """

    _KIND = "inverse_time_decay"


class PolynomialDecay(LearningRateSchedule):
    """``(initial - end) * (1 - step / decay_steps) ** power + end``, constant after `decay_steps`.

    Parameters
    ----------
    initial_learning_rate : float
        > 0.
    decay_steps : float
        > 0.
    end_learning_rate : float, default 0.0001
        >= 0.
    power : float, default 1.0
        > 0.
    cycle : bool, default False
        After `decay_steps` use the next multiple of them as `decay_steps`, instead of staying constant.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range.

    Examples
    --------
    >>> from proxnet.optimizers.schedules import PolynomialDecay
    >>> PolynomialDecay(0.5, decay_steps=100, end_learning_rate=0.0)(50)
    0.25
    """

    _KIND = "polynomial_decay"
    _ARGUMENTS: ClassVar[dict[str, str]] = {
        name: name for name in ("initial_learning_rate", "decay_steps", "end_learning_rate", "power", "cycle")
    }

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str | None = None,
    ) -> None:
        self._set(
            name,
            "PolynomialDecay",
            initial_learning_rate=initial_learning_rate,
            decay_steps=decay_steps,
            end_learning_rate=end_learning_rate,
            power=power,
            cycle=_check.flag("PolynomialDecay", "cycle", cycle),
        )
