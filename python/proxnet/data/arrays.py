"""Users' data as the arrays that the core reads: C-contiguous numbers of the model's dtype, or a sentence.

An array that is such already is passed on without a copy and without a pass over its numbers: the core checks that they
are finite. Everything else is copied once.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .. import _check

__all__ = [
    "cardinality",
    "check_finite",
    "first",
    "flat_rows",
    "indices",
    "input_rows",
    "matrix",
    "numbers",
    "only",
    "only_input",
    "place",
    "raw",
    "refuse_masked",
]


_BLOCK = 1 << 20  # numbers that are checked at once


def place(name: str, index: tuple[int, ...] | Any) -> str:
    """The name of an element in messages: ``x[3, 1]``."""
    return f"{name}[{', '.join(str(int(i)) for i in index)}]" if len(index) else name


def first(mask: np.ndarray) -> tuple[int, ...]:
    """Index of the first True."""
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(mask)), mask.shape))


def numbers(operation: str, name: str, value: Any, dtype: np.dtype) -> np.ndarray:
    """An array of real numbers of any shape: C-contiguous, aligned, native, of `dtype`.

    Raises
    ------
    TypeError
        For strings, dates, complex numbers, and objects that are not numbers.
    ValueError
        For ragged lists, masked cells, numbers that overflow `dtype`.
    """
    array: np.ndarray = value if type(value) is np.ndarray else raw(operation, name, value)
    if array.dtype == dtype and array.flags.c_contiguous and array.flags.aligned:
        return array
    if array.dtype.kind == "O":
        array = _from_objects(operation, name, array, getattr(value, "columns", None))
    elif array.dtype.kind not in "fiub":
        example = f", {place(name, (0,) * array.ndim)} = {_check.shown(array.flat[0])}" if array.size else ""
        raise TypeError(f"[{operation}] {name} must hold real numbers, got dtype {array.dtype}{example}")
    with np.errstate(over="ignore"):
        result = np.array(array, dtype=dtype, order="C")
    if array.dtype.kind == "f" and array.dtype.itemsize > dtype.itemsize and not np.isfinite(result).all():
        lost = np.isinf(result) & np.isfinite(array)
        if lost.any():
            index = first(lost)
            raise ValueError(f"[{operation}] {place(name, index)} = {array[index]:.9g} overflows {dtype}")
    return result


def only(value: Any, rows: int) -> Any:
    """The array in a list of one array with `rows` rows, else the value: Keras takes lists with an array per output."""
    one = isinstance(value, list | tuple) and len(value) == 1
    return value[0] if one and tuple(getattr(value[0], "shape", ())[:1]) == (rows,) else value


def only_input(value: Any, dimensions: int) -> Any:
    """The array in a list of one array of rows, else the value: Keras takes lists with an array per input."""
    one = isinstance(value, list | tuple) and len(value) == 1
    return value[0] if one and getattr(value[0], "ndim", 0) >= dimensions else value


def refuse_masked(operation: str, name: str, value: Any, depth: int = 64) -> None:
    """Raise ValueError for a masked cell, also within lists: `np.asarray` would read the number under the mask.

    Lists are searched to numpy's limit on their depth.
    """
    masked = sys.modules.get("numpy.ma")
    if masked is None:
        return
    if isinstance(value, masked.MaskedArray):
        mask = masked.getmaskarray(value)
        if mask.any():
            raise ValueError(f"[{operation}] {name} must have no masked cell, {place(name, first(mask))} is masked")
    elif isinstance(value, list | tuple) and depth:
        for k, item in enumerate(value):
            if isinstance(item, list | tuple | masked.MaskedArray):
                refuse_masked(operation, f"{name}[{k}]", item, depth - 1)


def raw(operation: str, name: str, value: Any) -> np.ndarray:
    """The value as an array of its own dtype.

    Raises
    ------
    TypeError
        For sparse matrices, and for objects that are not arrays.
    ValueError
        For ragged lists and masked cells.
    """
    refuse_masked(operation, name, value)
    if hasattr(value, "tocsr"):
        raise TypeError(f"[{operation}] {name} must be dense: sparse matrices are not here yet; give {name}.toarray()")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"[{operation}] {name} must be rectangular: {error}") from None
    except TypeError as error:
        raise TypeError(f"[{operation}] {name} must be an array of numbers: {error}") from None
    if array.dtype.kind == "O" and array.ndim == 0:
        raise TypeError(f"[{operation}] {name} must be an array of numbers, got {type(value).__qualname__}")
    return array


def _column(columns: Any, index: tuple[int, ...]) -> str:
    """`` in column 'b'`` for an element of a data frame, else an empty string."""
    return f" in column {columns[index[1]]!r}" if columns is not None and len(index) == 2 else ""


def _from_objects(operation: str, name: str, array: np.ndarray, columns: Any) -> np.ndarray:
    result = np.empty(array.shape, np.float64)
    for index in np.ndindex(array.shape):
        item: Any = array[index]
        if isinstance(item, str | bytes | complex | np.ndarray | list | tuple) or not hasattr(item, "__float__"):
            at = _column(columns, index)
            raise TypeError(
                f"[{operation}] {name} must hold real numbers, {place(name, index)} = {_check.shown(item)}{at}"
            )
        try:
            result[index] = float(item)
        except OverflowError:
            raise ValueError(f"[{operation}] {place(name, index)} = {_check.shown(item)} overflows float64") from None
        except Exception:  # of any kind, from an object's own conversion
            at = f"{_check.shown(item)}{_column(columns, index)}"
            raise TypeError(f"[{operation}] {name} must hold real numbers, {place(name, index)} = {at}") from None
    return result


def indices(operation: str, name: str, value: Any) -> np.ndarray:
    """Integers as int64, of any shape; numbers are neither rounded nor wrapped.

    Raises
    ------
    TypeError
        For other numbers, even where their values are integers.
    ValueError
        For ragged lists, masked cells, integers beyond int64.
    """
    array = raw(operation, name, value)
    if array.size == 0:
        return array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise TypeError(f"[{operation}] {name} must hold integers, got dtype {array.dtype}")
    if array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max:
        index = first(array > np.iinfo(np.int64).max)
        raise ValueError(f"[{operation}] {name} must be at most 2^63 - 1, {place(name, index)} = {array[index]}")
    return array.astype(np.int64, copy=False)


def matrix(operation: str, name: str, value: Any, dtype: np.dtype, columns: int | None = None) -> np.ndarray:
    """A matrix (rows, columns) with at least one of each, and with as many columns as `columns` if given.

    Raises
    ------
    TypeError, ValueError
        As `numbers`, and for any other shape.
    """
    array = numbers(operation, name, value, dtype)
    if array.ndim != 2:
        hint = f"; for one row give {name}.reshape(1, -1)" if array.ndim == 1 else "; a Flatten layer takes more"
        raise ValueError(
            f"[{operation}] {name} must have two dimensions (rows, columns), got shape {array.shape}{hint}"
        )
    if 0 in array.shape:
        raise ValueError(f"[{operation}] {name} must have a row and a column at least, got shape {array.shape}")
    if columns is not None and array.shape[1] != columns:
        raise ValueError(f"[{operation}] {name} must have {columns} columns, as at fit, got {array.shape[1]}")
    return array


def flat_rows(operation: str, name: str, value: Any, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    """Rows of this shape (any shape for ()) as rows of one dimension; a view if possible.

    Raises
    ------
    TypeError, ValueError
        As `numbers`, and for rows of another shape.
    """
    array = numbers(operation, name, value, dtype)
    if shape and array.shape[1:] != shape:
        raise ValueError(f"[{operation}] {name} must hold rows of shape {shape}, got shape {array.shape}")
    return array.reshape(array.shape[0], -1) if array.ndim > 2 and array.size else array


def input_rows(
    operation: str, name: str, value: Any, dtype: np.dtype, shape: tuple[int, ...] | None, columns: int | None
) -> np.ndarray:
    """A network's inputs as a matrix (rows, columns). `shape` is that of a row of several dimensions, else None.

    Raises
    ------
    TypeError, ValueError
        As `flat_rows` and `matrix`.
    """
    value = only_input(value, 2 if shape is None else len(shape or (0, 0)) + 1)
    if shape is not None:
        value = flat_rows(operation, name, value, dtype, shape)
    return matrix(operation, name, value, dtype, columns)


def cardinality(operation: str, sizes: dict[str, int]) -> None:
    """Raise unless all arrays have the same number of rows."""
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name!r} sizes: {size}" for name, size in sizes.items())
        raise ValueError(
            f"[{operation}] Data cardinality is ambiguous. Make sure all arrays contain the same number of samples. "
            f"{listed}"
        )


def check_finite(operation: str, name: str, array: np.ndarray, row: int = 0, columns: Any = None) -> None:
    """Raise for a NaN or an infinity; the array's first row is the user's row `row`, and `columns` are its names."""
    block = max(1, _BLOCK // max(1, array[:1].size))  # bounds the memory for the truth values
    for begin in range(0, array.shape[0], block):
        finite = np.isfinite(array[begin : begin + block])
        if not finite.all():
            index = first(~finite)
            where = place(name, (index[0] + begin + row, *index[1:]))
            value = array[(index[0] + begin, *index[1:])]
            raise ValueError(f"[{operation}] {name} must be finite, {where} = {value}{_column(columns, index)}")
