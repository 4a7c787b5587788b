"""Lists of weights: checked against the arrays they replace, and which of them are one layer's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import data
from .layers import Layer

__all__ = ["checked_weights", "layer_slice"]


def checked_weights(weights: Any, like: Sequence[np.ndarray], dtype: np.dtype) -> list[np.ndarray]:
    """Arrays of the model's dtype and of these shapes."""
    if not isinstance(weights, list | tuple):
        raise TypeError(f"[set_weights] weights must be a list of arrays, got {type(weights).__qualname__}")
    if len(weights) != len(like):
        raise ValueError(f"[set_weights] weights must hold {len(like)} arrays, got {len(weights)}")
    checked = []
    for i, (value, old) in enumerate(zip(weights, like, strict=True)):
        array = data.numbers("set_weights", f"weights[{i}]", value, dtype)
        if array.shape != old.shape:
            raise ValueError(f"[set_weights] weights[{i}] must have shape {old.shape}, got {array.shape}")
        data.check_finite("set_weights", f"weights[{i}]", array)
        checked.append(array)
    return checked


def layer_slice(layers: Sequence[Layer], layer: Layer) -> slice:
    """Where the weights of a layer are in the list of all of them."""
    begin = 0
    for other in layers:
        end = begin + len(other._weight_names)
        if other is layer:
            return slice(begin, end)
        begin = end
    return slice(0, 0)
