"""Rows with their targets and weights, checked against a model, and split into those to train on and those held out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import _check, data, row_weights
from .targets import targets

if TYPE_CHECKING:
    from .compiled_model import CompiledModel

__all__ = ["NAMES", "VALIDATION_NAMES", "Dataset", "class_weighted", "dataset", "split"]

Names = tuple[str, str, str]
NAMES = ("x", "y", "sample_weight")
VALIDATION_NAMES = ("validation_data[0]", "validation_data[1]", "validation_data[2]")


class Dataset(NamedTuple):
    """Checked arrays of the model's type: x (rows, inputs), y (rows, outputs) or (rows, 1), weights (rows,)."""

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None

    def rows(self, begin: int, end: int) -> Dataset:
        """A range of rows, not copied."""
        weights = None if self.weights is None else self.weights[begin:end]
        return Dataset(self.x[begin:end], self.y[begin:end], weights)

    def check_finite(self, operation: str, names: Names = NAMES, row: int = 0) -> None:
        """Raise for a number that is not finite, before any training instead of after an epoch of it."""
        data.check_finite(operation, names[0], self.x, row)
        data.check_finite(operation, names[1], self.y, row)

    def check_some_weight(self, operation: str, name: str = "sample_weight") -> Dataset:
        """Raise where all weights are zero, which one batch of a stream may have and a whole data set may not."""
        if self.weights is not None:
            row_weights.check_some(operation, name, self.weights)
        return self


def dataset(model: CompiledModel, operation: str, x: Any, y: Any, sample_weight: Any, names: Names = NAMES) -> Dataset:
    """Checked arrays; builds and compiles the model's network where that waited for data."""
    compilation = model._require_compiled(operation)
    if y is None:
        raise TypeError(f"[{operation}] {names[1]} must be given, got None")
    matrix = model._matrix(operation, names[0], x)
    if hasattr(x, "columns"):  # the core, which checks all else, does not know the columns' names
        data.check_finite(operation, names[0], matrix, columns=x.columns)
    network = model._build_for(operation, matrix.shape[1])
    if not network.compiled:
        compilation.apply(operation, network, model)
    loss, rows = compilation.require_loss(operation), matrix.shape[0]
    target = targets(operation, names[1], y, rows, network.outputs, loss, model.dtype)
    weights = row_weights.sample_weights(operation, names[2], sample_weight, rows, model.dtype)
    return Dataset(matrix, target, weights)


def class_weighted(
    model: CompiledModel, operation: str, rows: Dataset, class_weight: Any, some: bool = False
) -> Dataset:
    """The rows with each class's weight multiplied into theirs; `some`: not all may become zero."""
    if class_weight is None:
        return rows
    loss = model._require_compiled(operation).require_loss(operation)
    outputs = model._require_network(operation).outputs
    by_class = row_weights.class_weights(operation, class_weight, rows.y, outputs, loss)
    result = Dataset(rows.x, rows.y, row_weights.combined(operation, rows.weights, by_class, model.dtype))
    name = "class_weight" if rows.weights is None else "class_weight times sample_weight"
    return result.check_some_weight(operation, name) if some else result


def split(rows: Dataset, validation_split: Any) -> tuple[Dataset, Dataset | None]:
    """Rows to train on, and the last fraction of them, to validate on."""
    fraction = _check.real("fit", "validation_split", validation_split, minimum=0, below=1)
    return _split_off(rows, fraction) if fraction else (rows, None)


def _split_off(rows: Dataset, fraction: float) -> tuple[Dataset, Dataset]:
    count = rows.x.shape[0]
    kept = math.floor(count * (1 - fraction))
    if kept in (0, count):
        raise ValueError(
            f"[fit] validation_split must leave rows on both sides, {fraction:g} of {count} rows leaves {kept} to train"
        )
    training, held = rows.rows(0, kept), rows.rows(kept, count)
    held.check_finite("fit", NAMES, kept)
    held.check_some_weight("fit", "sample_weight of the validation rows")
    return training.check_some_weight("fit", "sample_weight of the training rows"), held
