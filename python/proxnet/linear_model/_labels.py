"""Classes as users give them: numbers, strings or booleans, and their weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _sklearn

__all__ = ["class_weights", "read_labels"]


def read_labels(estimator: Any, y: Any, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """(classes, the number of each row's class).

    Raises
    ------
    ValueError
        For numbers that are not finite or not whole, one class only, or another number of rows.
    """
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target y is None."
        )
    array = np.asarray(y)
    if array.ndim == 2 and array.shape[1] == 1:
        _sklearn.data_conversion_warning(
            "A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
            "(n_samples, ), for example using ravel()."
        )
        array = array.ravel()
    if array.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {array.shape} instead.")
    if len(array) != rows:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {[rows, len(array)]}")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            what = "NaN" if np.isnan(array).any() else "infinity or a value too large for dtype('float64')"
            raise ValueError(f"Input y contains {what}.")
        if (array != np.floor(array)).any():
            raise ValueError(
                "Unknown label type: continuous. Maybe you are trying to fit a classifier, which expects discrete "
                "classes on a regression target with continuous values."
            )
    elif array.dtype.kind not in "iubOSU":
        raise ValueError(f"Unknown label type: classes must be numbers, strings or booleans, got {array.dtype}")
    classes, label = np.unique(array, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"[fit] y must have two classes at least, got the one class {classes[0]!r}")
    return classes, label


def class_weights(weight: Any, classes: np.ndarray, label: np.ndarray) -> np.ndarray | None:
    """A factor for every row, or None."""
    if weight is None:
        return None
    if isinstance(weight, str) and weight == "balanced":
        counts = np.bincount(label, minlength=len(classes))
        return np.asarray((len(label) / (len(classes) * counts))[label])
    if not isinstance(weight, Mapping):
        raise ValueError(f"[fit] class_weight must be a dict, 'balanced' or None, got {weight!r}")
    unknown = [name for name in weight if name not in classes.tolist()]
    if unknown:
        raise ValueError(f"The classes, {unknown}, are not in class_weight's data: y has {classes.tolist()}")
    return np.array([float(weight.get(name, 1.0)) for name in classes.tolist()])[label]
