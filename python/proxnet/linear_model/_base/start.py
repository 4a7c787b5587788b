"""Starting coefficients: given by the user, or from the previous fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import _check, data

__all__ = ["dense", "read_start", "warm_start"]


def read_start(operation: str, name: str, start: Any, rows: int, columns: int) -> np.ndarray | None:
    """None or a float64 matrix (rows, columns); a vector is accepted for one row.

    Raises
    ------
    ValueError, TypeError
        For values that are no numbers, and for any other shape.
    """
    if start is None:
        return None
    array = data.numbers(operation, name, start, np.dtype(np.float64))
    if array.shape != (rows, columns) and (rows > 1 or array.shape != (columns,)):
        raise ValueError(f"[{operation}] {name} must have shape {(rows, columns)}, got {array.shape}")
    return array.reshape(rows, columns)


def dense(coef: Any) -> np.ndarray:
    """Coefficients as an array; `coef` may be a scipy matrix."""
    return np.asarray(coef.toarray() if hasattr(coef, "toarray") else coef)


def warm_start(estimator: Any, rows: int, columns: int) -> np.ndarray | None:
    """`coef_` of the previous fit if `warm_start` is set, else None."""
    asked = _check.flag("fit", "warm_start", estimator.warm_start)
    coef = getattr(estimator, "coef_", None) if asked else None
    start = None if coef is None else dense(coef)
    return read_start("fit", "coef_ of the last fit, with which warm_start=True begins,", start, rows, columns)
