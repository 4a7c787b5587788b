"""Dropout."""

from __future__ import annotations

from typing import Unpack

from .. import _check, _core
from .._check.keywords import LayerKeywords
from .layer import Layer

__all__ = ["Dropout"]


class Dropout(Layer):
    """In training each input is zero with probability `rate`, the others are scaled by 1 / (1 - rate).

    The identity in `predict` and `evaluate`. Masks come from the sequence of `proxnet.set_random_seed`, or from `seed`.

    Parameters
    ----------
    rate : float
        0 <= rate < 1.
    seed : int, optional
        >= 0; masks then depend on the seed, the epoch's number and the row's position in the epoch alone: layers with
        equal seeds and equally many columns drop the same ones.
    name : str, optional
        Default "dropout", "dropout_1", ...
    **keywords
        trainable, input_shape and input_dim, as in every `Layer`.

    Raises
    ------
    TypeError, ValueError
        For a rate that is not such a number, or an argument of Keras' that is not here yet.
    """

    _NOT_IN_CONFIG = ("noise_shape",)

    def __init__(
        self,
        rate: float,
        noise_shape: None = None,
        seed: int | None = None,
        name: str | None = None,
        **keywords: Unpack[LayerKeywords],
    ) -> None:
        _check.refuse_keywords("Dropout", {"noise_shape": noise_shape}, Dropout, {"noise_shape": None})
        super().__init__(name, **keywords)
        self.rate = _check.real("Dropout", "rate", rate, minimum=0, below=1)
        self.seed = None if seed is None else _check.integer("Dropout", "seed", seed, minimum=0, maximum=2**64 - 1)

    def _core_layer(self, columns: int) -> _core.Dropout:
        return _core.Dropout(self.rate, self.seed)
