"""Ftrl."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check
from .._check.keywords import OptimizerKeywords
from .optimizer import Optimizer

__all__ = ["Ftrl"]


class Ftrl(Optimizer):
    """Follow the regularised leader, proximal form [McMahan et al., 2013], with Keras' parameters.

    Its own strengths have Keras' meaning: ``l1_regularization_strength`` is compared with the sum of all gradients so
    far, so that its influence falls during training. With proximal steps, a layer's penalty enters as the sum of its
    past strengths, that is, as a part of every gradient. With a constant learning rate and without strengths of its own
    the method therefore ends near the stationary points of the stated objective. A learning rate that changes also
    changes the objective, since past steps keep the learning rate they were taken with.

    Parameters
    ----------
    learning_rate : float or schedule, default 0.001
        > 0, also at the end of a schedule.
    learning_rate_power : float, default -0.5
        <= 0; the step falls with this power of the sum of squared gradients.
    initial_accumulator_value : float, default 0.1
        The first value of that sum, >= 0.
    l1_regularization_strength, l2_regularization_strength : float, default 0.0
        >= 0.
    l2_shrinkage_regularization_strength : float, default 0.0
        >= 0; a ridge in the gradient.
    beta : float, default 0.0
        >= 0.
    name : str, optional
    **common
        As `Optimizer`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.optimizers import Ftrl
    >>> Ftrl(0.1, l1_regularization_strength=0.01).l1_regularization_strength
    0.01
    """

    _KIND = "ftrl"
    _KNOWN = (
        "learning_rate_power",
        "initial_accumulator_value",
        "l1_regularization_strength",
        "l2_regularization_strength",
        "l2_shrinkage_regularization_strength",
        "beta",
    )

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        name: str | None = None,
        **common: Unpack[OptimizerKeywords],
    ) -> None:
        super().__init__(learning_rate, name=name, **common)
        power = _check.real(self._operation, "learning_rate_power", learning_rate_power, maximum=0)
        self.learning_rate_power = power
        self.initial_accumulator_value = self._not_negative("initial_accumulator_value", initial_accumulator_value)
        self.l1_regularization_strength = self._not_negative("l1_regularization_strength", l1_regularization_strength)
        self.l2_regularization_strength = self._not_negative("l2_regularization_strength", l2_regularization_strength)
        self.l2_shrinkage_regularization_strength = self._not_negative(
            "l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength
        )
        self.beta = self._not_negative("beta", beta)
