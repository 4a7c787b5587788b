"""The weights of rows, from the arguments sample_weight and class_weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import _check
from ..losses import Loss
from . import arrays

__all__ = ["class_weights", "combined", "sample_weights"]


def sample_weights(operation: str, name: str, value: Any, rows: int, dtype: np.dtype) -> np.ndarray | None:
    """The argument `sample_weight`, checked: an array of shape (rows,), or None.

    Raises
    ------
    TypeError, ValueError
        For another shape, for weights that are negative or not finite (with the place).
    """
    if value is None:
        return None
    array = arrays.numbers(operation, name, arrays.only(value, rows), dtype)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array.reshape(-1)
    if array.ndim != 1:
        raise ValueError(f"[{operation}] {name} must have shape (rows,), got {array.shape}")
    arrays.cardinality(operation, {"x": rows, name: array.size})
    good = np.isfinite(array) & (array >= 0)
    if not good.all():
        index = arrays.first(~good)
        raise ValueError(
            f"[{operation}] {name} must be finite and not negative, {arrays.place(name, index)} = {array[index]:.9g}"
        )
    return array


def check_some(operation: str, name: str, weights: np.ndarray) -> None:
    """Raise when every weight is zero."""
    if not weights.any():
        raise ValueError(f"[{operation}] {name} must have a weight above zero, all {weights.size} are 0")


def class_weights(operation: str, value: Any, y: np.ndarray, outputs: int, loss: Loss) -> np.ndarray:
    """The float64 weight of each row's class, shape (rows,), for checked targets.

    Parameters
    ----------
    value : dict of int to float
        Class number to weight, finite and >= 0. Other classes weigh 1.

    Raises
    ------
    TypeError, ValueError
        For weights of classes that do not exist, and for targets that are not classes.
    """
    name = "class_weight"
    if not isinstance(value, Mapping):
        raise TypeError(f"[{operation}] {name} must be a dict of class number to weight, got {_check.shown(value)}")
    labels, classes = _labels(operation, y, outputs, loss)
    table = np.ones(classes)
    for key, weight in value.items():
        number = _check.integer(operation, f"{name}'s class", key, minimum=0)
        if number >= classes:
            raise ValueError(f"[{operation}] {name} names the class {number}, but the classes are 0 to {classes - 1}")
        table[number] = _check.real(operation, f"{name}[{number}]", weight, minimum=0)
    return np.asarray(table[labels])


def _labels(operation: str, y: np.ndarray, outputs: int, loss: Loss) -> tuple[np.ndarray, int]:
    """Class number of each row, and the number of classes."""
    if loss.targets == "class numbers":
        return y[:, 0].astype(np.intp), outputs
    several = outputs > 1
    hard = (y == 0) | (y == 1)
    if several:
        # Only targets that are probabilities, one per class, mean classes.
        hard &= (y.sum(axis=1, keepdims=True) == 1) & (loss.targets == "probabilities")
    elif loss.targets == "signs":
        hard |= y == -1
    if not hard.all():
        index = arrays.first(~hard)
        raise ValueError(
            f"[{operation}] class_weight needs targets that are classes (0 or 1, one-hot rows, or class numbers), "
            f"{arrays.place('y', index)} = {y[index]:.9g}"
        )
    return (y.argmax(axis=1) if several else y[:, 0] > 0).astype(np.intp), max(outputs, 2)


def combined(
    operation: str, sample_weight: np.ndarray | None, class_weight: np.ndarray | None, dtype: np.dtype
) -> np.ndarray | None:
    """The product of the two weights, or the one that is given."""
    if class_weight is None:
        return sample_weight
    product = class_weight if sample_weight is None else class_weight * sample_weight
    return arrays.numbers(operation, "class_weight times sample_weight", product, dtype)
