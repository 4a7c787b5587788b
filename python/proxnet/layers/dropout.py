"""Zeros at random in training."""

from __future__ import annotations

from typing import Any

from .. import _arguments, _core
from .layer import Layer

__all__ = ["Dropout"]


class Dropout(Layer):
    """In training each input is zero with probability `rate`, the others are scaled by 1 / (1 - rate).

    The identity in predict and evaluate. The masks come from `proxnet.set_random_seed`'s sequence.

    Parameters
    ----------
    rate : float
        0 <= rate < 1.
    name : str, optional
        Default "dropout", "dropout_1", ...
    **keywords
        Those of every `Layer`.

    Raises
    ------
    TypeError, ValueError
        For a rate that is not such a number, or an argument of Keras' that is not here yet.
    """

    def __init__(self, rate: float, name: str | None = None, **keywords: Any) -> None:
        super().__init__(name, keywords, "rate", {"noise_shape": None, "seed": None})
        self.rate = _arguments.real("Dropout", "rate", rate, minimum=0, below=1)

    def _core_layer(self, columns: int) -> _core.Dropout:
        return _core.Dropout(self.rate)
