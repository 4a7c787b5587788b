"""The base of Adamax and Nadam."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check
from .._check.keywords import OptimizerKeywords
from .optimizer import Optimizer


class TwoDecays(Optimizer):
    """Base of the optimizers with the arguments beta_1, beta_2 and epsilon."""

    _KNOWN = ("beta_1", "beta_2", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str | None = None,
        **common: Unpack[OptimizerKeywords],
    ) -> None:
        super().__init__(learning_rate, name=name, **common)
        self.beta_1 = self._unit("beta_1", beta_1)
        self.beta_2 = self._unit("beta_2", beta_2)
        self.epsilon = _check.real(self._operation, "epsilon", epsilon, above=0)
