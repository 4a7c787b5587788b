"""The base of all layers: names, weights, and whether training moves them."""

from __future__ import annotations

import re
import weakref
from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _arguments, _names
from .._arguments import shown
from .._config import Configurable
from ..weights import checked_weights
from .variable import Variable

if TYPE_CHECKING:
    from .._core import Layer as CoreLayer
    from .._core import Network
    from ..regularizers import Regularizer
    from ..weighted_model import WeightedModel

__all__ = ["Layer", "automatic_name", "forget_names", "row_shape"]

_MAX_DIMENSIONS, _MAX_COLUMNS = 32, 2**48  # the core's own limit
_uses: dict[str, int] = {}
_KNOWN = ("name", "trainable", "input_shape", "input_dim")
_LATER = {"dtype": None, "activity_regularizer": None, "autocast": True}


def automatic_name(kind: str) -> str:
    """Keras' names: dense, dense_1, dense_2, ... counted over the process."""
    count = _uses.get(kind, 0)
    _uses[kind] = count + 1
    return f"{kind}_{count}" if count else kind


def forget_names() -> None:
    """Start counting anew."""
    _uses.clear()


def _snake(name: str) -> str:
    """BatchNormalization is batch_normalization."""
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()


def row_shape(operation: str, name: str, shape: Any) -> tuple[int, ...]:
    """The shape of a row: positive integers."""
    sizes = (shape,) if isinstance(shape, int | np.integer) else tuple(shape) if np.iterable(shape) else None
    if sizes is None or isinstance(shape, str):
        raise TypeError(f"[{operation}] {name} must be a tuple of integers, such as (30,), got {shown(shape)}")
    if not 1 <= len(sizes) <= _MAX_DIMENSIONS:
        raise ValueError(f"[{operation}] {name} must have 1 to {_MAX_DIMENSIONS} dimensions, got {shown(shape)}")
    row = tuple(_arguments.integer(operation, name, size, minimum=1) for size in sizes)
    if prod(row) > _MAX_COLUMNS:
        raise ValueError(f"[{operation}] {name} must hold at most {_MAX_COLUMNS} numbers, got {shown(shape)}")
    return row


class Layer(Configurable):
    """Base of the layers.

    Parameters
    ----------
    name : str, optional
        Default the kind and a number: "dense", "dense_1", ...
    trainable : bool, default True
    input_shape : tuple of int, optional
        Shape of a row of the model's input, in the model's first layer.
    input_dim : int, optional
        The same for rows of one dimension, as a plain number.

    Attributes
    ----------
    name : str
    built : bool
        Whether the model that holds the layer has weights.

    Notes
    -----
    Penalties, constraints, rates and activations can be assigned at any time, and count from the next call of the
    model, in a running `fit` from its next epoch; `trainable` counts from the next `compile`. What gives the weights
    their shapes and first values is fixed once the model has weights.

    A layer does not keep its model, only the weights: without the model it can still be read, and join another one.
    `copy.deepcopy` and pickle take the weights along: a copy brings them to the model that it joins.
    """

    _weight_names: tuple[str, ...] = ()  # in the order of get_weights
    _fixed_names: tuple[str, ...] = ()  # those that no optimizer moves
    _ALSO_IN_CONFIG = ("trainable",)
    _SHAPING: tuple[str, ...] = ()  # arguments that are fixed once there are weights

    def __init__(
        self, name: str | None, keywords: Mapping[str, Any], known: str = "", later: Mapping[str, Any] | None = None
    ) -> None:
        kind = type(self).__name__
        given = {key: value for key, value in keywords.items() if key not in _KNOWN}
        _names.refuse_keywords(kind, given, (*known.split(), *_KNOWN), {**_LATER, **(later or {})})
        self._rows: tuple[int, ...] | None = None
        if keywords.get("input_shape") is not None:
            self._rows = row_shape(kind, "input_shape", keywords["input_shape"])
        if keywords.get("input_dim") is not None:
            self._rows = (_arguments.integer(kind, "input_dim", keywords["input_dim"], minimum=1),)
        self._trainable = _arguments.flag(kind, "trainable", keywords.get("trainable", True))
        self.name = automatic_name(_snake(kind)) if name is None else _arguments.text(kind, "name", name)
        self._join(None)
        self._network: Network | None = None  # and where the layer's weights are among its
        self._where = slice(0, 0)
        self._brought: list[np.ndarray] = []  # weights of the layer that this one is a copy of
        if self._rows is not None:
            self._check_rows(self._rows)

    @property
    def row_shape(self) -> tuple[int, ...] | None:
        """The shape of a row of the model's input, where the layer was given it."""
        return self._rows

    def _join(self, model: WeightedModel | None) -> None:
        self._model = None if model is None else weakref.ref(model)

    @property
    def _owner(self) -> WeightedModel | None:
        return None if self._model is None else self._model()

    def _assigned(self, name: str, value: Any) -> Any:
        kind = type(self).__name__
        if self.built and name in self._SHAPING:
            raise ValueError(
                f"[{kind}] {name} cannot change once the model has weights, got {shown(value)}: make a new layer"
            )
        taken = [] if self._owner is None else [layer.name for layer in self._owner.layers if layer is not self]
        if name == "name" and value in taken:
            raise ValueError(f"[{kind}] name must be no other layer's, two would be {value!r}")
        return super()._assigned(name, value)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_model": None, "_network": None, "_where": slice(0, 0), "_brought": self.get_weights()}

    @property
    def built(self) -> bool:
        """Whether the model that holds the layer has weights."""
        return self._network is not None

    @property
    def trainable(self) -> bool:
        """Whether training moves the weights; a change counts from the model's next `compile`."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = _arguments.flag(self.name, "trainable", value)

    def _core_layer(self, columns: int) -> CoreLayer | None:
        """The core's layer on rows of so many columns; None where nothing is to be computed."""
        raise NotImplementedError

    def _penalties(self) -> list[Regularizer | None]:
        """Of the two arrays that training may move; [] of a layer without weights."""
        return []

    def _ramps(self, epoch: int, epochs: int) -> list[tuple[float, float, bool]]:
        """Of those arrays: the factor on the strengths over an epoch of a fit, as the core takes it."""
        return [(1.0, 1.0, False) if r is None else r._ramp(epoch, epochs) for r in self._penalties()]

    def _initial_weights(self, columns: int) -> list[np.ndarray]:
        """The weights that a network begins with on rows of so many columns, where the layer brings them; or []."""
        fits = [array.shape for array in self._brought] == self._weight_shapes(columns)
        return self._brought if fits else []

    def _output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of a row after the layer."""
        self._check_rows(shape)
        return shape

    def _check_rows(self, shape: tuple[int, ...]) -> None:
        """Raise unless the layer takes rows of this shape."""
        if len(shape) != 1:
            raise ValueError(
                f"[{self.name}] {type(self).__name__} takes rows of one dimension, it gets rows of shape {shape}: "
                "put a Flatten before it"
            )

    def _weight_shapes(self, columns: int) -> list[tuple[int, ...]]:
        """Shapes of the weights on rows of so many columns."""
        return [(columns,)] * len(self._weight_names)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the layer's weights; [] before the model is built."""
        if self._network is None:
            return [array.copy() for array in self._brought]
        return list(self._network.weights()[self._where])

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Replace the layer's weights.

        Parameters
        ----------
        weights : list of arrays
            Shapes as `get_weights` gives them; finite.
        """
        if not self._weight_names:
            if len(weights):
                raise ValueError(f"[{self.name}] weights must be an empty list, got {len(weights)} arrays")
            return
        self._weights_or_raise()
        if self._network is None:
            self._brought = checked_weights(weights, self._brought, self._brought[0].dtype)
            return
        everything = list(self._network.weights())
        dtype = np.dtype(self._network.dtype)
        everything[self._where] = checked_weights(weights, everything[self._where], dtype)
        self._network.set_weights(everything)

    def _weights_or_raise(self) -> list[np.ndarray]:
        if not self.built and not self._brought:
            raise ValueError(f"[{self.name}] a layer has weights once its model is built, by build() or the first data")
        return self.get_weights()

    def _weight(self, name: str) -> np.ndarray | None:
        weights = self._weights_or_raise()
        return weights[self._weight_names.index(name)] if name in self._weight_names else None

    def count_params(self) -> int:
        """Number of weights."""
        return sum(array.size for array in self.get_weights())

    @property
    def weights(self) -> list[Variable]:
        """The layer's weights by name, [] before the model is built."""
        return [Variable(self, name) for name in self._weight_names] if self.built else []

    variables = weights

    @property
    def trainable_weights(self) -> list[Variable]:
        """Those that training moves."""
        return [variable for variable in self.weights if variable.trainable]

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """Those that training leaves alone, or moves by other means than the optimizer."""
        return [variable for variable in self.weights if not variable.trainable]

    non_trainable_variables = non_trainable_weights

    def _counts(self, columns: int) -> tuple[int, int]:
        """Numbers of weights that the optimizer moves, and of the others, on rows of so many columns."""
        moved = total = 0
        for name, shape in zip(self._weight_names, self._weight_shapes(columns), strict=True):
            total += prod(shape)
            moved += prod(shape) if self._trainable and name not in self._fixed_names else 0
        return moved, total - moved

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name!r}, built={self.built}>"
