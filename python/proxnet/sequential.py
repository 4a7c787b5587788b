"""A stack of layers: the model that users build."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from . import _arguments, _core, random
from .layers import Dense, Dropout, Flatten, InputLayer, Layer, Normalization, automatic_name
from .rescaling import warn_of_rescaling
from .saved_model import SavedModel
from .sparsity import SparsityReport
from .weights import layer_slice

__all__ = ["Sequential"]


class Sequential(SavedModel):
    """Dense layers one after the other, trained with penalties whose zeros are exact.

    Parameters
    ----------
    layers : list of layers, optional
        `Input` may be the first; without it the number of inputs is taken from the first data.
    name : str, optional
        Default "sequential", "sequential_1", ...
    dtype : {"float32", "float64"}, default "float32"
        Of the weights and of all arithmetic.

    Raises
    ------
    TypeError, ValueError
        For what is no layer, a layer of another model, equal names, or sizes that contradict each other.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> from proxnet.layers import Dense
    >>> proxnet.set_random_seed(0)
    >>> x = np.random.default_rng(0).normal(size=(256, 8)).astype("float32")
    >>> model = proxnet.Sequential([Dense(4, activation="relu", kernel_regularizer="l1"), Dense(1)])
    >>> model.compile(optimizer="adam", loss="mse")
    >>> history = model.fit(x, x[:, 0], epochs=2, verbose=0)
    >>> list(history.history), model.predict(x).shape
    (['loss'], (256, 1))
    """

    def __init__(self, layers: Any = None, name: str | None = None, dtype: Any = "float32") -> None:
        super().__init__()
        self.dtype = np.dtype(_arguments.choice("Sequential", "dtype", _dtype_name(dtype), ("float32", "float64")))
        self.name = automatic_name("sequential") if name is None else _arguments.text("Sequential", "name", name)
        self._layers: list[Layer] = []
        self._input_shape: tuple[int, ...] | None = None  # of a row
        self._weights_seed: int | None = None
        self._kept: list[np.ndarray] = []  # weights of lower layers while the stack is changed
        if layers is not None:
            if not isinstance(layers, list | tuple):
                raise TypeError(f"[Sequential] layers must be a list of layers, got {type(layers).__qualname__}")
            for layer in layers:
                self._append(layer)
            self._rebuild()

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the `Input`."""
        return [layer for layer in self._layers if not isinstance(layer, InputLayer)]

    @property
    def input_columns(self) -> int | None:
        """Number of inputs, or None as long as nothing said it."""
        return None if self._input_shape is None else prod(self._input_shape)

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """(None, inputs), or more dimensions before a `Flatten`."""
        return (None, *(self._input_shape or (None,)))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(None, outputs)."""
        shape = self._input_shape
        for layer in self._layers:
            if shape is not None:
                shape = layer._output_shape(shape)
            elif isinstance(layer, Dense):
                shape = (layer.units,)
        return (None, *(shape or (None,)))

    def add(self, layer: Layer) -> None:
        """Put a layer on top; the weights of those below stay, the optimizer's state starts anew."""
        self._check_idle("add")
        self._append(layer)
        self._kept = self.get_weights() or self._kept
        self._rebuild()

    def pop(self) -> Layer:
        """Take the last layer off and return it; the weights of those below stay."""
        if not self._layers:
            raise ValueError("[pop] the model has no layers")
        self._check_idle("pop")
        kept = self.get_weights() or self._kept
        layer = self._layers.pop()
        layer._owner = None
        self._kept = kept[: len(kept) - len(layer._weight_names)]
        if not self._layers:
            self._input_shape = None
        self._rebuild()
        return layer

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """A layer by its name or its index.

        Raises
        ------
        ValueError
            When there is no such layer.
        """
        layers = self.layers
        if index is not None:
            number = _arguments.integer("get_layer", "index", index, minimum=-len(layers), maximum=len(layers) - 1)
            return layers[number]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(f"[get_layer] no layer is named {name!r}; there are {', '.join(la.name for la in layers)}")

    def build(self, input_shape: Any = None) -> None:
        """Make the weights without waiting for data.

        Parameters
        ----------
        input_shape : tuple
            (inputs,) or, as Keras has it, (None, inputs).
        """
        if input_shape is None:
            if self._input_shape is None:
                raise ValueError("[build] input_shape must be given: the model has no Input and no input_shape")
            self._build_for("build", prod(self._input_shape))
            return
        sizes = tuple(input_shape) if isinstance(input_shape, list | tuple) else (input_shape,)
        shape = sizes[1:] if len(sizes) > 1 and sizes[0] is None else sizes
        if len(shape) != 1 and self._row_shape() is None:
            raise ValueError(f"[build] input_shape must be (None, inputs), got {sizes}")
        row = tuple(_arguments.integer("build", "input_shape", size, minimum=1) for size in shape)
        self._build_for("build", prod(row), row)

    def _append(self, layer: Any) -> None:
        if not isinstance(layer, Layer):
            shown = f"the class {layer.__name__}" if isinstance(layer, type) else repr(layer)[:80]
            raise TypeError(f"[Sequential] layers must be objects of proxnet.layers, got {shown}")
        if layer._owner is not None:
            raise ValueError(f"[Sequential] layer {layer.name!r} belongs to model {layer._owner.name!r} already")
        if any(other.name == layer.name for other in self._layers):
            raise ValueError(f"[Sequential] layers must have different names, two are {layer.name!r}")
        if isinstance(layer, InputLayer) and self._layers:
            raise ValueError(f"[Sequential] Input must be the first layer, got it at {len(self._layers)}")
        shape = layer.row_shape
        before = self.output_shape[1:]
        if shape is not None and not self.layers and before == (None,):
            layer._output_shape(shape)
            self._input_shape = shape
        elif shape is not None and shape != before:
            wanted, got = (at[0] if len(at) == 1 else at for at in (shape, before))
            raise ValueError(f"[Sequential] layer {layer.name!r} expects {wanted} inputs, it gets {got}")
        elif before != (None,):
            layer._output_shape(tuple(size for size in before if size is not None))
        layer._owner = self
        self._layers.append(layer)

    def _computing(self) -> list[Layer]:
        """The layers that the core has too, in its order."""
        return [layer for layer in self._layers if not isinstance(layer, InputLayer | Flatten)]

    def _complete(self) -> bool:
        layers = self._computing()
        return any(isinstance(layer, Dense) for layer in layers) and not isinstance(layers[-1], Dropout)

    def _row_shape(self) -> tuple[int, ...] | None:
        if not self.layers or not isinstance(self.layers[0], Flatten):
            return None
        return self._input_shape if self._input_shape and len(self._input_shape) > 1 else ()

    def _computing_names(self) -> list[str]:
        return [layer.name for layer in self._computing()]

    def _rebuild(self) -> None:
        """A network of the present layers, with the weights kept of the first ones; none while it cannot be."""
        self._network = None
        if self._input_shape is None or not self._complete():
            return
        if self._weights_seed is None:
            self._weights_seed = random.next_seed()
            self._training_seed()
        shape, core_layers, adapted = self._input_shape, [], {}
        for layer in self._layers:
            columns = prod(shape)
            core_layer = layer._core_layer(columns)
            if core_layer is not None:
                core_layers.append(core_layer)
            if isinstance(layer, Normalization) and (moments := layer._initial_weights(columns)):
                adapted[layer] = moments
            shape = layer._output_shape(shape)
        network = _core.Network(prod(self._input_shape), core_layers, self._weights_seed, self.dtype.name)
        if self._kept or adapted:
            weights = network.weights()
            for layer, moments in adapted.items():
                weights[layer_slice(self.layers, layer)] = [moment.astype(self.dtype) for moment in moments]
            network.set_weights([*self._kept, *weights[len(self._kept) :]])
        self._network, self._kept = network, []

    def _build_for(self, operation: str, columns: int, shape: tuple[int, ...] | None = None) -> _core.Network:
        if self._network is None:
            if not self._complete():
                raise ValueError(
                    f"[{operation}] the model must have a Dense layer and must not end with a Dropout; it has "
                    f"{self.layers}"
                )
            before, self._input_shape = self._input_shape, shape or (columns,)
            try:
                self._rebuild()
            except BaseException:
                self._input_shape = before
                raise
        elif columns != self._network.inputs:
            raise ValueError(f"[{operation}] the model is built for {self._network.inputs} columns, got {columns}")
        return self._require_network(operation)

    def _at_compile(self) -> None:
        warn_of_rescaling(self.layers)
        if self._network is not None:
            for index, layer in enumerate(self._computing()):
                self._network.set_trainable(index, layer.trainable)

    def penalty(self) -> float:
        """The sum of the layers' penalties at the present weights, as it is part of the loss."""
        return self._require_network("penalty").penalty()

    def _strength_ramps(self, epoch: int, epochs: int) -> list[tuple[float, float, bool]]:
        layers = sorted(self._computing(), key=lambda layer: not isinstance(layer, Dense))  # dense ones first
        return [ramp for layer in layers for ramp in layer._ramps(epoch, epochs)]

    def sparsity(self) -> SparsityReport:
        """Exact zeros, inputs in use and living units of each dense layer and of the model.

        Returns
        -------
        SparsityReport
            A table when printed; `layers`, `total` and `to_dict()` for programs.

        Examples
        --------
        >>> import proxnet
        >>> model = proxnet.Sequential([proxnet.layers.Dense(2, input_dim=2), proxnet.layers.Dense(1)])
        >>> model.set_weights([[[1, 0], [0, 0]], [0, 0], [[1], [1]], [0]])
        >>> report = model.sparsity()
        >>> report.layers[0].zeros, report.layers[0].inputs_used, report.layers[0].input_used.tolist()
        (3, 1, [True, False])
        """
        network = self._require_network("sparsity")
        return SparsityReport([la.name for la in self.layers if isinstance(la, Dense)], network.sparsity())

    def _trained(self) -> bool:
        return self._network is not None and self._network.compiled and self._network.iterations > 0

    def summary(self, print_fn: Callable[[str], Any] | None = None) -> None:
        """Print the layers, their output shapes and weights; after training also zeros, inputs in use, living units.

        Parameters
        ----------
        print_fn : callable of str, default print
        """
        from .summary import summary

        (print if print_fn is None else print_fn)(summary(self))

    def _repr_html_(self) -> str:
        from .summary import html

        return html(self)

    def __repr__(self) -> str:
        return f"<Sequential name={self.name}, built={self.built}>"


def _dtype_name(dtype: Any) -> str:
    if isinstance(dtype, str):
        return dtype
    try:
        return np.dtype(dtype).name
    except TypeError:
        raise TypeError(f"[Sequential] dtype must be 'float32' or 'float64', got {dtype!r}") from None
