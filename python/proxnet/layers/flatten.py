"""Rows of several dimensions as rows of one dimension."""

from __future__ import annotations

from math import prod
from typing import Unpack

from .. import _check
from .._check.keywords import LayerKeywords
from .layer import Layer

__all__ = ["Flatten"]


class Flatten(Layer):
    """Reshapes rows of any shape to one dimension: (n, a, b) becomes (n, a * b), without a copy.

    Parameters
    ----------
    data_format : {None, "channels_last"}
        Keras' argument; both keep the order of a row's numbers.
    name : str, optional
        Default "flatten", "flatten_1", ...
    **keywords
        trainable, input_shape and input_dim, as in every `Layer`.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> from proxnet.layers import Dense, Flatten
    >>> model = proxnet.Sequential([proxnet.Input((28, 28)), Flatten(), Dense(10, activation="softmax")])
    >>> model.predict(np.zeros((2, 28, 28))).shape
    (2, 10)
    """

    _SHAPING = ("data_format",)

    def __init__(
        self, data_format: str | None = None, name: str | None = None, **keywords: Unpack[LayerKeywords]
    ) -> None:
        if not isinstance(data_format, str) or data_format != "channels_last":
            _check.refuse_keywords("Flatten", {"data_format": data_format}, Flatten, {"data_format": None})
        super().__init__(name, **keywords)
        self.data_format = data_format

    def _core_layer(self, columns: int) -> None:
        return None

    def _check_rows(self, shape: tuple[int, ...]) -> None:
        """Rows of any shape are taken."""

    def _output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (prod(shape),)
