"""The shape of a model's input, given before the first data."""

from __future__ import annotations

from typing import Any, Unpack

from .._check.keywords import InputKeywords
from .layer import Layer, automatic_name, row_shape

__all__ = ["Input", "InputLayer"]


class InputLayer(Layer):
    """The layer that `Input` makes."""

    _FIXED = True
    _later = {  # noqa: RUF012
        **Layer._later,
        "batch_size": None,
        "batch_shape": None,
        "sparse": None,
        "tensor": None,
        "optional": False,
    }
    _rows: tuple[int, ...]

    def __init__(self, shape: Any = None, name: str | None = None, **unknown: Unpack[InputKeywords]) -> None:
        super().__init__(automatic_name("input_layer") if name is None else name, **unknown)  # type: ignore[misc]
        self._rows = row_shape("Input", "shape", shape)
        self.shape = (None, *self._rows)

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal object."""
        return {"name": self.name, "shape": list(self._rows)}

    def _core_layer(self, columns: int) -> None:
        return None

    def _check_rows(self, shape: tuple[int, ...]) -> None:
        """Rows of any shape are taken."""


def Input(shape: Any = None, name: str | None = None, **unknown: Unpack[InputKeywords]) -> InputLayer:
    """The shape of a model's input rows, from which its weights are made at once; else the first data give it.

    Parameters
    ----------
    shape : tuple of int
        Shape of a row, without the batch dimension: (columns,), or more dimensions before a `Flatten`.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        For a shape that does not consist of positive integers.

    Examples
    --------
    >>> import proxnet
    >>> model = proxnet.Sequential([proxnet.Input((4,)), proxnet.layers.Dense(3)])
    >>> [w.shape for w in model.get_weights()]
    [(4, 3), (3,)]
    """
    return InputLayer(shape, name, **unknown)
