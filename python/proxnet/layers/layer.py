"""The base of all layers, and their weights by name."""

from __future__ import annotations

import re
import weakref
from collections.abc import Sequence
from math import prod
from typing import Any, Unpack

import numpy as np

from .. import _check, _core
from .._check.config import Configurable, argument_names
from .._check.keywords import LayerKeywords
from ..regularizers import Regularizer
from .weights import checked_weights

__all__ = ["Layer", "automatic_name", "forget_names", "row_shape"]

_MAX_DIMENSIONS, _MAX_COLUMNS = 32, 2**48  # the core's limits
_uses: dict[str, int] = {}


def automatic_name(kind: str) -> str:
    """A name like Keras': dense, dense_1, dense_2, ... counted over the process."""
    count = _uses.get(_check.text("automatic_name", "kind", kind), 0)
    _uses[kind] = count + 1
    return f"{kind}_{count}" if count else kind


def forget_names() -> None:
    """Restart the counts of automatic names."""
    _uses.clear()


def _snake(name: str) -> str:
    """``batch_normalization`` for ``BatchNormalization``."""
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()


def row_shape(operation: str, name: str, shape: Any) -> tuple[int, ...]:
    """The shape of an input row, checked: positive integers."""
    sizes = (shape,) if isinstance(shape, int | np.integer) else tuple(shape) if np.iterable(shape) else None
    if sizes is None or isinstance(shape, str):
        raise TypeError(f"[{operation}] {name} must be a tuple of integers, such as (30,), got {_check.shown(shape)}")
    if not 1 <= len(sizes) <= _MAX_DIMENSIONS:
        raise ValueError(f"[{operation}] {name} must have 1 to {_MAX_DIMENSIONS} dimensions, got {_check.shown(shape)}")
    row = tuple(_check.integer(operation, name, size, minimum=1) for size in sizes)
    if prod(row) > _MAX_COLUMNS:
        raise ValueError(f"[{operation}] {name} must hold at most {_MAX_COLUMNS} numbers, got {_check.shown(shape)}")
    return row


class WeightLists:
    """The lists of weights that layers and models have, under Keras' names."""

    @property
    def weights(self) -> list[Variable]:
        """All weights by name; [] before the model is built."""
        raise AttributeError("weights")

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        return [variable for variable in self.weights if variable.trainable]

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """Moving averages, adapted moments, and the weights of layers that are not trainable."""
        return [variable for variable in self.weights if not variable.trainable]

    variables = property(lambda self: self.weights)
    trainable_variables = trainable_weights
    non_trainable_variables = non_trainable_weights


class Layer(WeightLists, Configurable):
    """Base of the layers.

    Parameters
    ----------
    name : str, optional
        Default the class's name and a number: "dense", "dense_1", ...
    trainable : bool, default True
    input_shape : tuple of int, optional
        Shape of an input row, for the model's first layer.
    input_dim : int, optional
        The same for rows of one dimension: the number of columns.

    Attributes
    ----------
    name : str
    built : bool
        Whether the model that holds the layer has weights.

    Notes
    -----
    Penalties, constraints, rates and activations can be assigned at any time, and are used from the next call of the
    model, in a running `fit` from its next epoch; `trainable` is used from the next `compile`. Arguments that determine
    the shapes and initial values of the weights are fixed once the model has weights.

    A layer does not keep its model alive. It keeps the weights, can be read without the model, and can join another
    one. `copy.deepcopy` and pickle copy the weights too: a model that such a copy joins starts with them.
    """

    _weight_names: tuple[str, ...] = ()  # in the order of get_weights
    _fixed_names: tuple[str, ...] = ()  # weights that no optimizer changes
    _ALSO_IN_CONFIG = ("trainable",)
    _SHAPING: tuple[str, ...] = ()  # arguments that are fixed once there are weights
    _later: dict[str, Any] = {"dtype": None, "activity_regularizer": None, "autocast": True}  # noqa: RUF012

    def __init__(self, name: str | None = None, **keywords: Unpack[LayerKeywords]) -> None:
        cls: Any = type(self)
        kind = cls.__name__
        known = {*argument_names(cls), "trainable", "input_shape", "input_dim"} - {*self._NOT_IN_CONFIG}
        given = {key: value for key, value in keywords.items() if key not in known}
        _check.refuse_keywords(kind, given, known, self._later)
        self._rows: tuple[int, ...] | None = None
        if keywords.get("input_shape") is not None:
            self._rows = row_shape(kind, "input_shape", keywords["input_shape"])
        if keywords.get("input_dim") is not None:
            self._rows = (_check.integer(kind, "input_dim", keywords["input_dim"], minimum=1),)
        self._trainable = _check.flag(kind, "trainable", keywords.get("trainable", True))
        self.name = automatic_name(_snake(kind)) if name is None else _check.text(kind, "name", name)
        self._set_model(None)
        self._network: _core.Network | None = None
        self._where = slice(0, 0)  # of the layer's weights among the network's
        self._brought: list[np.ndarray] = []  # weights without a network: a copy's, or set before the model is built
        if self._rows is not None:
            self._check_rows(self._rows)

    @property
    def row_shape(self) -> tuple[int, ...] | None:
        """The shape of an input row if the layer was given it, else None."""
        return self._rows

    def _set_model(self, model: Any) -> None:
        self._model = None if model is None else weakref.ref(model)

    @property
    def _owner(self) -> Any:
        return None if self._model is None else self._model()

    def _assigned(self, name: str, value: Any) -> Any:
        kind = type(self).__name__
        if self.built and name in self._SHAPING:
            raise ValueError(
                f"[{kind}] {name} cannot change once the model has weights, got {_check.shown(value)}: "
                "make a new layer and model"
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
        """Whether training changes the weights; a new value is used from the model's next `compile`."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = _check.flag(self.name, "trainable", value)

    def _core_layer(self, columns: int) -> _core.Layer | None:
        """The core's layer for rows of this many columns; None for a layer that computes nothing."""
        raise self._not_in_core()

    def _penalties(self) -> list[Regularizer | None]:
        """The penalties of the two arrays that training may change; [] for a layer without weights."""
        return []

    def _ramps(self, epoch: int, epochs: int) -> list[tuple[float, float, bool]]:
        """For each of these arrays: factors on the strength at the epoch's begin and end, whether zeros are final."""
        return [(1.0, 1.0, False) if r is None else r._ramp(epoch, epochs) for r in self._penalties()]

    def _initial_weights(self, columns: int) -> list[np.ndarray]:
        """The layer's own initial weights if they fit this many columns, else []: the network initializes them."""
        fits = [array.shape for array in self._brought] == self._weight_shapes(columns)
        return self._brought if fits else []

    def _output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of an output row for an input row of this shape."""
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
        """Shapes of the weights for rows of this many columns."""
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

    def _counts(self, columns: int) -> tuple[int, int]:
        """Numbers of trainable and of other weights for rows of this many columns."""
        trainable = total = 0
        for name, shape in zip(self._weight_names, self._weight_shapes(columns), strict=True):
            total += prod(shape)
            trainable += prod(shape) if self._trainable and name not in self._fixed_names else 0
        return trainable, total - trainable

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name!r}, built={self.built}>"


class Variable:
    """An array of a layer's weights, as Keras lists them; reading gives a copy of the present numbers.

    Attributes
    ----------
    name : str
        "kernel", "bias", "gamma", ...
    """

    def __init__(self, layer: Layer, name: str) -> None:
        self._layer, self.name = layer, name

    @property
    def path(self) -> str:
        """The layer's name and the array's: "dense/kernel"."""
        return f"{self._layer.name}/{self.name}"

    @property
    def trainable(self) -> bool:
        """Whether an optimizer changes it."""
        return self._layer.trainable and self.name not in self._layer._fixed_names

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's shape."""
        return self.numpy().shape

    @property
    def dtype(self) -> str:
        """Name of the array's dtype."""
        return self.numpy().dtype.name

    def numpy(self) -> np.ndarray:
        """A copy of the array."""
        return self._layer.get_weights()[self._layer._weight_names.index(self.name)]

    def assign(self, value: Any) -> Variable:
        """Replace the numbers: an array of this shape, finite."""
        weights: list[Any] = list(self._layer.get_weights())
        weights[self._layer._weight_names.index(self.name)] = value
        self._layer.set_weights(weights)
        return self

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype)

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}>"
