"""Utilities under Keras' names."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _check, data
from ._check.missing import explain_missing
from .layers import forget_names
from .random import set_random_seed

__all__ = ["clear_session", "set_random_seed", "to_categorical"]


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """One-hot rows from class numbers.

    Parameters
    ----------
    x : array of shape (rows,) or (rows, 1)
        Integers >= 0.
    num_classes : int, optional
        Default: the largest class number + 1.

    Returns
    -------
    float64 array of shape (rows, num_classes), as Keras gives it.

    Raises
    ------
    TypeError, ValueError
        For a value that is not a class number; the message has its index.

    Examples
    --------
    >>> from proxnet.utils import to_categorical
    >>> to_categorical([0, 2, 1])
    array([[1., 0., 0.],
           [0., 0., 1.],
           [0., 1., 0.]])
    """
    array = data.numbers("to_categorical", "x", x, np.dtype(np.float64))
    labels = array.reshape(-1) if array.ndim == 2 and array.shape[1] == 1 else array
    if labels.ndim != 1 or not labels.size:
        raise ValueError(f"[to_categorical] x must have shape (rows,), got {array.shape}")
    good = (labels >= 0) & (labels == np.floor(labels)) & (labels < 2**31)
    if num_classes is not None:
        good &= labels < _check.integer("to_categorical", "num_classes", num_classes, minimum=1)
    if not good.all():
        row = int(np.argmax(~good))
        rule = "integers >= 0" if num_classes is None else f"integers from 0 to {num_classes - 1}"
        raise ValueError(f"[to_categorical] x must hold class numbers, {rule}, x[{row}] = {labels[row]:.9g}")
    classes = int(labels.max()) + 1 if num_classes is None else int(num_classes)
    result = np.zeros((labels.size, classes))
    result[np.arange(labels.size), labels.astype(np.intp)] = 1
    return result


def clear_session() -> None:
    """Restart the automatic names at dense, dense_1, ..."""
    forget_names()


explain_missing(__name__)
