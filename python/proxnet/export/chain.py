"""A fitted model as a chain of operations on rows: what the writers of ONNX and C files read."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import numpy as np

from ..activations import Activation

__all__ = ["Affine", "Chain", "Columns", "Labels", "Operation", "Product", "TwoSigmoids", "check_writable"]


class Affine(NamedTuple):
    """(x - subtract) * factor + add, column by column; arrays of shape (columns,), float64, or None."""

    subtract: np.ndarray | None = None
    factor: np.ndarray | None = None
    add: np.ndarray | None = None

    def __call__(self, x: np.ndarray) -> np.ndarray:
        x = x if self.subtract is None else x - self.subtract
        x = x if self.factor is None else x * self.factor
        return x if self.add is None else x + self.add


class Columns(NamedTuple):
    """x[:, numbers]; the first operation of a chain or none."""

    numbers: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        result: np.ndarray = x[:, self.numbers]
        return result


class Product(NamedTuple):
    """x @ kernel + bias; kernel of shape (inputs, units), bias of shape (units,)."""

    kernel: np.ndarray
    bias: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        result: np.ndarray = x @ self.kernel.astype(np.float64) + self.bias
        return result


class TwoSigmoids(NamedTuple):
    """(sigmoid(-x), sigmoid(x)): probabilities of two classes from one score x."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return Activation("sigmoid")(np.concatenate([-x, x], axis=1))


Operation = Affine | Columns | Product | Activation | TwoSigmoids


class Labels(NamedTuple):
    """How the class of a row follows from its scores, as `decision_function` gives them.

    classes: the labels. probabilities: whether sigmoid or softmax of the scores are probabilities. several: whether a
    row has several labels, each 1 where its score is > 0.
    """

    classes: np.ndarray
    probabilities: bool
    several: bool = False


class Chain(NamedTuple):
    """Operations from the rows of a model to its predictions, or to its scores where there are `labels`.

    input_shape: the shape of a row. dtype: the model computes in it.
    """

    input_shape: tuple[int, ...]
    operations: list[Operation]
    dtype: np.dtype
    labels: Labels | None = None

    @property
    def inputs(self) -> int:
        """Number of columns."""
        return prod(self.input_shape)

    @property
    def outputs(self) -> int:
        """Number of predictions or scores per row."""
        return [len(operation.bias) for operation in self.operations if isinstance(operation, Product)][-1]

    @property
    def probabilities(self) -> Operation | None:
        """The operation that makes probabilities of the scores, where there is one."""
        if self.labels is None or not self.labels.probabilities:
            return None
        return TwoSigmoids() if self.outputs == 1 else Activation("softmax")

    @property
    def all_operations(self) -> list[Operation]:
        """The operations to the predictions, or to the probabilities where there are any."""
        last = self.probabilities
        return self.operations if last is None else [*self.operations, last]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """What `all_operations` make of rows, in float64."""
        x = x.reshape(len(x), -1).astype(np.float64)
        for operation in self.all_operations:
            x = operation(x)
        return x


def check_writable(operation: str, chain: Chain) -> None:
    """Raise for numbers that no file of weights can hold."""
    arrays = [array for step in chain.operations if isinstance(step, tuple) for array in step if array is not None]
    with np.errstate(over="ignore"):
        finite = all(np.isfinite(array.astype(chain.dtype)).all() for array in arrays)
    if not finite:
        raise ValueError(f"[{operation}] weights and scales must be finite in {chain.dtype}, got NaN or infinity")
