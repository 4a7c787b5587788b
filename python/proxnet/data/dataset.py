"""Rows with their targets and weights, checked for a loss, and split into training and validation rows."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from .. import _check
from ..losses import Loss
from . import arrays, row_weights
from .targets import targets

__all__ = ["NAMES", "VALIDATION_NAMES", "Dataset", "Names", "class_weighted", "dataset", "split"]

Names = tuple[str, str, str]
NAMES = ("x", "y", "sample_weight")
VALIDATION_NAMES = ("validation_data[0]", "validation_data[1]", "validation_data[2]")


class Dataset(NamedTuple):
    """Checked arrays of the model's dtype: x (rows, inputs), y (rows, outputs) or (rows, 1), weights (rows,)."""

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None

    def rows(self, begin: int, end: int) -> Dataset:
        """Rows begin to end - 1, as views."""
        weights = None if self.weights is None else self.weights[begin:end]
        return Dataset(self.x[begin:end], self.y[begin:end], weights)

    def check_finite(self, operation: str, names: Names = NAMES, row: int = 0) -> None:
        """Raise for a NaN or an infinity; errors count rows from `row`."""
        arrays.check_finite(operation, names[0], self.x, row)
        arrays.check_finite(operation, names[1], self.y, row)

    def check_some_weight(self, operation: str, name: str = "sample_weight") -> Dataset:
        """Raise where all weights are zero: one batch of many may be such, a whole data set may not."""
        if self.weights is not None:
            row_weights.check_some(operation, name, self.weights)
        return self


def dataset(
    operation: str, x: np.ndarray, y: Any, sample_weight: Any, loss: Loss, outputs: int, names: Names = NAMES
) -> Dataset:
    """The checked matrix x (rows, inputs) with targets and weights of its dtype; `names` are for errors."""
    rows, dtype = x.shape[0], x.dtype
    target = targets(operation, names[1], y, rows, outputs, loss, dtype)
    return Dataset(x, target, row_weights.sample_weights(operation, names[2], sample_weight, rows, dtype))


def class_weighted(
    operation: str, rows: Dataset, class_weight: Any, loss: Loss, outputs: int, some: bool = False
) -> Dataset:
    """The rows, their weights multiplied by the weights of their classes; `some`: raise where all become zero."""
    if class_weight is None:
        return rows
    by_class = row_weights.class_weights(operation, class_weight, rows.y, outputs, loss)
    result = rows._replace(weights=row_weights.combined(operation, rows.weights, by_class, rows.x.dtype))
    name = "class_weight" if rows.weights is None else "class_weight times sample_weight"
    return result.check_some_weight(operation, name) if some else result


def split(rows: Dataset, validation_split: Any) -> tuple[Dataset, Dataset | None]:
    """The rows to train on, and the last fraction of the rows to validate on (None for a fraction of 0)."""
    fraction = _check.real("fit", "validation_split", validation_split, minimum=0, below=1)
    if not fraction:
        return rows, None
    count = rows.x.shape[0]
    kept = math.floor(count * (1 - fraction))
    if kept in (0, count):
        raise ValueError(
            f"[fit] validation_split must leave rows on both sides, {fraction:g} of {count} rows leaves {kept} to train"
        )
    training, held_out = rows.rows(0, kept), rows.rows(kept, count)
    held_out.check_finite("fit", NAMES, kept)
    held_out.check_some_weight("fit", "sample_weight of the validation rows")
    return training.check_some_weight("fit", "sample_weight of the training rows"), held_out
