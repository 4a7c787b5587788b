"""The check of lists of weights that replace others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import data

__all__ = ["checked_weights"]


def checked_weights(weights: Any, like: Sequence[np.ndarray], dtype: np.dtype) -> list[np.ndarray]:
    """The weights as arrays of this dtype, with the shapes of the arrays `like`."""
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
