"""One array of weights by its name, as Keras lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .layer import Layer

__all__ = ["Variable"]


class Variable:
    """An array of a layer's weights; reading gives a copy of its present numbers.

    Attributes
    ----------
    name : str
        "kernel", "bias", "gamma", ...
    path : str
        "dense/kernel".
    """

    def __init__(self, layer: Layer, name: str) -> None:
        self._layer, self.name = layer, name

    @property
    def path(self) -> str:
        """Layer and name."""
        return f"{self._layer.name}/{self.name}"

    @property
    def trainable(self) -> bool:
        """Whether an optimizer moves it."""
        return self._layer.trainable and self.name not in self._layer._fixed_names

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array."""
        return self.numpy().shape

    @property
    def dtype(self) -> str:
        """Name of the array's dtype."""
        return self.numpy().dtype.name

    def numpy(self) -> np.ndarray:
        """A copy."""
        return self._layer.get_weights()[self._layer._weight_names.index(self.name)]

    def assign(self, value: Any) -> Variable:
        """Replace the numbers: an array of this shape, finite."""
        weights: list[Any] = list(self._layer.get_weights())
        weights[self._layer._weight_names.index(self.name)] = value
        self._layer.set_weights(weights)
        return self

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype)

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}>"
