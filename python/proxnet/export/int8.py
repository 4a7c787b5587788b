"""Kernels as 8-bit integers with a scale per unit, and what that costs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .chain import Affine, Chain, Columns, Product

__all__ = ["Int8Kernel", "Int8Loss", "int8_kernel", "int8_loss"]

_ROWS = 1000


class Int8Kernel(NamedTuple):
    """codes * scale; codes of shape (inputs, units) in -127 to 127, scale of shape (units,), float32."""

    codes: np.ndarray
    scale: np.ndarray


class Int8Loss(NamedTuple):
    """Absolute differences between the outputs of int8 and of float weights over random rows.

    Attributes
    ----------
    largest, mean : float
    output : float
        The largest absolute output.
    """

    largest: float
    mean: float
    output: float

    def __str__(self) -> str:
        return (
            f"int8 changes outputs by {self.largest:.3g} at most and {self.mean:.3g} on average over {_ROWS} random "
            f"rows; the largest output is {self.output:.3g}"
        )


def int8_kernel(kernel: np.ndarray) -> Int8Kernel:
    """scale_j = max_i |kernel_ij| / 127; codes are rounded to the nearest."""
    scale = (np.abs(kernel).max(axis=0) / 127).astype(np.float32)
    codes = np.rint(np.divide(kernel, scale, out=np.zeros(kernel.shape), where=scale > 0))
    return Int8Kernel(np.clip(codes, -127, 127).astype(np.int8), scale)


def int8_loss(chain: Chain) -> Int8Loss:
    """The loss of accuracy where all kernels of a chain become int8.

    The rows are standard normal; where the chain begins with a scaler they have its means and deviations.
    """
    rows = np.random.default_rng(0).normal(size=(_ROWS, chain.inputs))
    columns: Any = slice(None)
    operations = chain.operations
    if isinstance(operations[0], Columns):
        columns, operations = operations[0].numbers, operations[1:]
    first = operations[0]
    if isinstance(first, Affine):
        rows[:, columns] /= 1 if first.factor is None else np.where(first.factor == 0, 1, first.factor)
        rows[:, columns] += 0 if first.subtract is None else first.subtract
    rounded = [_rounded(step) if isinstance(step, Product) else step for step in chain.operations]
    exact = chain(rows)
    difference = np.abs(chain._replace(operations=rounded)(rows) - exact)
    return Int8Loss(float(difference.max()), float(difference.mean()), float(np.abs(exact).max()))


def _rounded(step: Product) -> Product:
    codes, scale = int8_kernel(step.kernel)
    return step._replace(kernel=codes * scale.astype(np.float64))
