"""Some columns of the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from .. import _check, _core
from .._check.keywords import LayerKeywords
from .layer import Layer

__all__ = ["ColumnSelection"]


class ColumnSelection(Layer):
    """Passes on some of the inputs: y[:, k] = x[:, columns[k]]. `Sequential.compact` makes one.

    It must stand before all layers that compute.

    Parameters
    ----------
    columns : sequence of int
        Numbers of columns, increasing.
    name : str, optional
        Default "column_selection", "column_selection_1", ...
    **keywords
        Those of every `Layer`.

    Raises
    ------
    TypeError, ValueError
        For columns that are not increasing integers >= 0; at build for numbers beyond the inputs.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> from proxnet.layers import ColumnSelection, Dense
    >>> model = proxnet.Sequential([proxnet.Input((4,)), ColumnSelection([1, 3]), Dense(1)])
    >>> model.get_weights()[0].shape
    (2, 1)
    """

    _SHAPING = ("columns",)

    def __init__(self, columns: Sequence[int], name: str | None = None, **keywords: Unpack[LayerKeywords]) -> None:
        super().__init__(name, **keywords)
        if isinstance(columns, str | bytes) or not np.iterable(columns):
            raise TypeError(f"[ColumnSelection] columns must be a sequence of integers, got {_check.shown(columns)}")
        self.columns: list[int] = [
            _check.integer("ColumnSelection", f"columns[{k}]", column, minimum=0) for k, column in enumerate(columns)
        ]
        if not self.columns or sorted(set(self.columns)) != self.columns:
            raise ValueError(f"[ColumnSelection] columns must be increasing integers, got {_check.shown(columns)}")

    def _core_layer(self, columns: int) -> Any:
        return _core.ColumnSelection(self.columns)

    def _output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (len(self.columns),)
