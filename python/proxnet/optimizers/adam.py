"""Adam and AdamW."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check
from .._check.keywords import CoupledKeywords, OptimizerKeywords
from .optimizer import Optimizer

__all__ = ["Adam", "AdamW"]


class Adam(Optimizer):
    """Adam [Kingma and Ba, 2015] with Keras' epsilon: ``w <- w - alpha_t m / (sqrt(v) + epsilon)``.

    ``alpha_t = learning_rate sqrt(1 - beta_2^t) / (1 - beta_1^t)``. With proximal steps it ends at the stationary
    points of the stated objective: the threshold of weight i is
    ``strength learning_rate sqrt(1 - beta_2^t) / (sqrt(v_i) + epsilon)``.

    Parameters
    ----------
    learning_rate : float or schedule, default 0.001
        > 0.
    beta_1, beta_2 : float, default 0.9, 0.999
        Decay of the moments, 0 <= beta < 1.
    epsilon : float, default 1e-7
        > 0.
    amsgrad : bool, default False
        Divide by the largest second moment so far [Reddi et al., 2018].
    name : str, optional
    **common
        As `Optimizer`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.optimizers import Adam
    >>> Adam(0.01, amsgrad=True).get_config()["amsgrad"]
    True
    """

    _KIND = "adam"
    _KNOWN = ("beta_1", "beta_2", "epsilon", "amsgrad")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        name: str | None = None,
        **common: Unpack[OptimizerKeywords],
    ) -> None:
        super().__init__(learning_rate, name=name, **common)
        self.beta_1 = self._unit("beta_1", beta_1)
        self.beta_2 = self._unit("beta_2", beta_2)
        self.epsilon = _check.real(self._operation, "epsilon", epsilon, above=0)
        self.amsgrad = _check.flag(self._operation, "amsgrad", amsgrad)


class AdamW(Adam):
    """Adam with decoupled weight decay [Loshchilov and Hutter, 2019]; other arguments as of `Adam`.

    With proximal steps it ends at points with ``g + d penalty + weight_decay (sqrt(v) + epsilon) w = 0``, which are not
    the stationary points of a fixed objective. For a ridge in the objective use `Adam` and an L2 of the layers.

    Parameters
    ----------
    weight_decay : float, default 0.004
        >= 0; biases decay too, see `exclude_from_weight_decay`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.optimizers import AdamW
    >>> AdamW(0.001, 0.01).weight_decay
    0.01
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        name: str | None = None,
        **common: Unpack[CoupledKeywords],
    ) -> None:
        if weight_decay is None:
            raise TypeError("[AdamW] weight_decay must be a number, got None: without decay take Adam")
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, name=name, weight_decay=weight_decay, **common
        )
