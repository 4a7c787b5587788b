"""Lion."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check
from .._check.keywords import OptimizerKeywords
from .optimizer import Optimizer

__all__ = ["Lion"]


class Lion(Optimizer):
    """Lion [Chen et al., 2023]: ``w <- w - learning_rate sign(c)``, ``c = beta_1 m + (1 - beta_1) g``.

    ``m <- beta_2 m + (1 - beta_2) g``. Its proximal step is a heuristic: from the second step on the threshold is
    ``strength learning_rate / |c|``, the step per unit of c. On full batches with a learning rate that falls to zero it
    ended near the stationary points of the stated objective (1e-4 of the strength that zeroes everything). Weights with
    c close to 0 become zero at once.

    Parameters
    ----------
    learning_rate : float or schedule, default 0.001
        > 0.
    beta_1, beta_2 : float, default 0.9, 0.99
        0 < beta_1 < 1, 0 <= beta_2 < 1.
    name : str, optional
    **common
        As `Optimizer`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, or one of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.optimizers import Lion
    >>> Lion(3e-4, weight_decay=0.1)
    Lion(name='lion', learning_rate=0.0003, beta_1=0.9, beta_2=0.99, weight_decay=0.1)
    """

    _KIND = "lion"
    _KNOWN = ("beta_1", "beta_2")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        name: str | None = None,
        **common: Unpack[OptimizerKeywords],
    ) -> None:
        super().__init__(learning_rate, name=name, **common)
        self.beta_1 = _check.real(self._operation, "beta_1", beta_1, above=0, below=1)
        self.beta_2 = self._unit("beta_2", beta_2)
