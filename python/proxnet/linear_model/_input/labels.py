"""Reads class labels: sorted classes, class numbers per row, class weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import _check, data
from .._sklearn import compat

__all__ = ["class_factors", "class_weights", "read_labels", "read_truth"]


def read_truth(estimator: Any, y: Any, rows: int, like: np.ndarray) -> np.ndarray:
    """Labels to compare predictions with, one per row; strings iff the classes `like` are strings.

    Raises
    ------
    ValueError
        As `read_labels`, except that a single class is allowed; for strings in place of numbers or vice versa.
    """
    array = _one_label_a_row(estimator, y, rows)
    words = [any(isinstance(item, str | bytes) for item in labels.tolist()) for labels in (array, like)]
    if words[0] != words[1]:
        kinds = ["words" if word else "numbers" for word in words]
        raise ValueError(f"[score] y must hold labels like those of fit, which were {kinds[1]}, got {kinds[0]}")
    return array


def _one_label_a_row(estimator: Any, y: Any, rows: int, *, warn: bool = False) -> np.ndarray:
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target y is None."
        )
    array = data.raw("fit", "y", y)
    if array.ndim == 2 and array.shape[1] == 1:
        if warn:
            compat.column_vector_warning()
        array = array.ravel()
    if array.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {array.shape} instead.")
    if array.shape[0] != rows:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {[rows, array.shape[0]]}")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            what = "NaN" if np.isnan(array).any() else "infinity or a value too large for dtype('float64')"
            raise ValueError(f"Input y contains {what}.")
        if (array != np.floor(array)).any():
            raise ValueError(
                "Unknown label type: continuous. Maybe you are trying to fit a classifier, which expects discrete "
                "classes on a regression target with continuous values."
            )
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if array.dtype.kind == "O" and any(item is None or item != item for item in array):
        raise ValueError("Input y contains NaN.")
    if array.dtype.kind == "O" or (array.dtype.kind in "SU" and isinstance(y, list | tuple)):  # turned into words
        items = array if array.dtype.kind == "O" else np.asarray(y, dtype=object).ravel()
        kinds = sorted({"words" if isinstance(item, str | bytes) else "numbers" for item in items})
        if len(kinds) > 1:
            raise ValueError(f"[fit] y must hold labels of one kind, got {' and '.join(kinds)}")
    return array


def read_labels(estimator: Any, y: Any, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """(classes, numbers): the sorted labels, and for every row the number of its label in float64.

    Raises
    ------
    ValueError
        Unless there is one label per row; for non-integer labels, strings mixed with numbers, or a single class.
    """
    array = _one_label_a_row(estimator, y, rows, warn=True)
    classes, numbers = np.unique(array, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            "This solver needs samples of at least 2 classes in the data, but the data contains only one class: "
            f"{classes[0]!r}"
        )
    return classes, np.ascontiguousarray(numbers, dtype=np.float64)


def class_weights(
    class_weight: Any, classes: np.ndarray, numbers: np.ndarray, weights: np.ndarray | None
) -> np.ndarray | None:
    """Sample weights times class weights, (rows,); None if all are 1. Raises as `class_factors`."""
    factors = class_factors(class_weight, classes, numbers, weights)
    if factors is None or weights is None:
        return weights if factors is None else factors[numbers.astype(np.intp)]
    return weights * factors[numbers.astype(np.intp)]


def class_factors(
    class_weight: Any, classes: np.ndarray, numbers: np.ndarray, weights: np.ndarray | None
) -> np.ndarray | None:
    """Class weights, (classes,); None if `class_weight` is None.

    "balanced": sum(w) / (n_classes * sum of w over the class), where w are the sample weights.

    Raises
    ------
    ValueError, TypeError
        Unless `class_weight` is None, "balanced" or a dict from labels to weights >= 0; for a dict that names labels
        that y does not have and omits some that y has.
    """
    if class_weight is None:
        return None
    index = numbers.astype(np.intp)
    if isinstance(class_weight, str) and class_weight == "balanced":
        count = np.bincount(index, weights=weights, minlength=len(classes))
        each = count.sum() / (len(classes) * np.where(count > 0, count, 1.0))
    elif isinstance(class_weight, dict):
        unknown = set(class_weight) - set(classes.tolist())
        missing = set(classes.tolist()) - set(class_weight)
        if unknown and missing:
            names = [sorted(labels, key=str) for labels in (unknown, missing)]
            raise ValueError(f"[fit] class_weight must name classes of y, got {names[0]} and not {names[1]}")
        for label, weight in class_weight.items():
            _check.real("fit", f"class_weight[{label!r}]", weight, minimum=0)
        each = np.array([float(class_weight.get(label, 1.0)) for label in classes.tolist()])
    else:
        raise ValueError(f"[fit] class_weight must be None, 'balanced' or a dict, got {_check.shown(class_weight)}")
    return np.asarray(each, np.float64)
