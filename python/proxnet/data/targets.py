"""Targets, shaped and checked for a loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..losses import CategoricalCrossentropy, Loss
from . import arrays

__all__ = ["targets"]


def targets(operation: str, name: str, value: Any, rows: int, outputs: int, loss: Loss, dtype: np.dtype) -> np.ndarray:
    """Targets as the core reads them: (rows, outputs), or class numbers (rows, 1) for a sparse loss.

    Parameters
    ----------
    value : array of shape (rows,), (rows, 1) or (rows, outputs)

    Raises
    ------
    TypeError, ValueError
        For another number of rows or columns, and for values outside the loss's range, with place and value.
    """
    wide = np.dtype(np.float64)
    sparse = loss.targets == "class numbers"
    # Class numbers stay float64 until they are checked: a cast could round them.
    array = arrays.numbers(operation, name, arrays.only(value, rows), wide if sparse else dtype)
    if array.ndim == 0:
        raise ValueError(f"[{operation}] {name} must have one target per row, got one number")
    arrays.cardinality(operation, {"x": rows, name: array.shape[0]})
    columns = 1 if sparse else outputs
    shaped = array.reshape(-1, 1) if array.ndim == 1 else array
    if shaped.ndim != 2 or shaped.shape[1] != columns:
        raise ValueError(_shape_message(operation, name, array.shape, columns, outputs, loss))
    if sparse:
        _check_class_numbers(operation, name, array, outputs)
        return arrays.numbers(operation, name, shaped, dtype)
    _check_range(operation, name, array, loss)
    return shaped


def _shape_message(operation: str, name: str, shape: tuple[int, ...], columns: int, outputs: int, loss: Loss) -> str:
    wanted = "(rows,) or (rows, 1)" if columns == 1 else f"(rows, {columns})"
    text = f"[{operation}] {name} must have shape {wanted} for loss {loss.name!r} and {outputs} outputs, got {shape}"
    if loss.targets == "class numbers" and len(shape) == 2 and shape[1] == outputs:
        return f"{text}; for one-hot targets use loss 'categorical_crossentropy'"
    if isinstance(loss, CategoricalCrossentropy) and (len(shape) == 1 or shape[1:] == (1,)):
        return f"{text}; for class numbers use loss 'sparse_categorical_crossentropy' or utils.to_categorical"
    return text


def _check_class_numbers(operation: str, name: str, array: np.ndarray, classes: int) -> None:
    good = (array >= 0) & (array < classes) & (array == np.floor(array))
    if not good.all():
        index = arrays.first(~good)
        raise ValueError(
            f"[{operation}] {name} must hold class numbers, integers from 0 to {classes - 1}, "
            f"{arrays.place(name, index)} = {array[index]:.9g}"
        )


def _check_range(operation: str, name: str, array: np.ndarray, loss: Loss) -> None:
    if loss.targets == "probabilities":
        good, rule = (array >= 0) & (array <= 1), "lie in [0, 1]"
    elif loss.targets == "not negative":
        good, rule = array >= 0, "not be negative"
    elif loss.targets == "signs":
        low = -1 if (array == -1).any() else 0
        good, rule = (array == low) | (array == 1), f"be {low} or 1"
    else:
        return
    if not good.all():
        index = arrays.first(~good)
        raise ValueError(
            f"[{operation}] {name} must {rule} for loss {loss.name!r}, {arrays.place(name, index)} = {array[index]:.9g}"
        )
