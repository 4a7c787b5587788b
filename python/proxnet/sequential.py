"""A stack of layers: the model that users build."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod
from typing import Any

import numpy as np

from . import _check, _core, random
from ._check.config import assignments, snapshot
from ._check.feature_names import FeatureNames
from .compilation import Compilation
from .layers import Dense, Dropout, Flatten, InputLayer, Layer, automatic_name
from .layers.layer import row_shape
from .rescaling import warn_of_rescaling
from .saved_model import SavedModel
from .sparsity import SparsityReport

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
        kind = _check.dtype_name("Sequential", dtype)
        self._dtype = np.dtype(_check.choice("Sequential", "dtype", kind, ("float32", "float64")))
        self.name = automatic_name("sequential") if name is None else _check.text("Sequential", "name", name)
        self._layers: list[Layer] = []
        self._input_shape: tuple[int, ...] | None = None  # of a row
        self._weights_seed: int | None = None
        self._seen, self._settings = 0, None  # what of the layers' settings the network knows
        self._kept: list[np.ndarray] = []  # weights of lower layers while the stack is changed
        if layers is not None:
            if not isinstance(layers, list | tuple):
                raise TypeError(f"[Sequential] layers must be a list of layers, got {type(layers).__qualname__}")
            self._append(layers)
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
        self._append([layer])
        self._kept = self.get_weights() or self._kept
        self._rebuild()

    def pop(self) -> Layer:
        """Take the last layer off and return it; the weights of those below stay."""
        if not self._layers:
            raise ValueError("[pop] the model has no layers")
        self._check_idle("pop")
        kept = self.get_weights() or self._kept
        layer = self._layers.pop()
        layer._join(None)
        layer._network = None
        self._kept = kept[: len(kept) - len(layer._weight_names)]
        if not self._layers:
            self._input_shape = None
            self._feature_names = FeatureNames()
        self._rebuild()
        return layer

    def build(self, input_shape: Any = None) -> None:
        """Make the weights without waiting for data.

        Parameters
        ----------
        input_shape : tuple
            (inputs,) or, as Keras has it, (None, inputs).
        """
        row = self._input_shape if input_shape is None else self._row("build", input_shape)
        if row is None:
            raise ValueError("[build] input_shape must be given: the model has no Input and no input_shape")
        self._build_for("build", prod(row), row)

    def _row(self, operation: str, input_shape: Any) -> tuple[int, ...]:
        sizes = tuple(input_shape) if isinstance(input_shape, list | tuple) else (input_shape,)
        shape = sizes[1:] if len(sizes) > 1 and sizes[0] is None else sizes
        if len(shape) != 1 and self._row_shape() is None:
            raise ValueError(f"[{operation}] input_shape must be (None, inputs), got {_check.shown(sizes)}")
        return row_shape(operation, "input_shape", shape)

    def _append(self, layers: Iterable[Any]) -> None:
        """Put layers on top; in time proportional to all layers."""
        names = {layer.name for layer in self._layers}
        before, empty = self.output_shape[1:], not self.layers
        for layer in layers:
            if not isinstance(layer, Layer):
                what = f"the class {layer.__name__}" if isinstance(layer, type) else _check.shown(layer)
                raise TypeError(f"[Sequential] layers must be objects of proxnet.layers, got {what}")
            if layer._owner is not None:
                raise ValueError(f"[Sequential] layer {layer.name!r} belongs to model {layer._owner.name!r} already")
            if layer.name in names:
                raise ValueError(f"[Sequential] layers must have different names, two are {layer.name!r}")
            if isinstance(layer, InputLayer) and self._layers:
                raise ValueError(f"[Sequential] Input must be the first layer, got it at {len(self._layers)}")
            shape, first = layer.row_shape, False
            if shape is not None and empty and before == (None,):
                before, first = shape, True
            elif shape is not None and shape != before:
                wanted, got = (at[0] if len(at) == 1 else at for at in (shape, before))
                raise ValueError(f"[Sequential] layer {layer.name!r} expects {wanted} inputs, it gets {got}")
            if before != (None,):
                before = layer._output_shape(tuple(size for size in before if size is not None))
            elif isinstance(layer, Dense):
                before = (layer.units,)
            self._input_shape = shape if first else self._input_shape
            layer._join(self)
            layer._brought, layer._network = layer.get_weights(), None
            self._layers.append(layer)
            names.add(layer.name)
            empty = empty and isinstance(layer, InputLayer)

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
        for layer in self._layers:
            layer._network = None
        if self._input_shape is None or not self._complete():
            return
        if self._weights_seed is None:
            self._weights_seed = random.next_seed()
            self._training_seed()
        seen, settings = assignments(), snapshot(self._layers)
        network = _core.Network(prod(self._input_shape), self._core_layers(), self._weights_seed, self.dtype.name)
        shape, begin, brought = self._input_shape, 0, []
        for layer in self.layers:
            layer._where = slice(begin, begin + len(layer._weight_names))
            brought.append(layer._initial_weights(prod(shape)) if begin >= len(self._kept) else [])
            begin, shape = layer._where.stop, layer._output_shape(shape)
        if self._kept or any(brought):
            weights = list(network.weights())
            for layer, arrays in zip(self.layers, brought, strict=True):
                weights[layer._where] = [array.astype(self.dtype) for array in arrays] or weights[layer._where]
            network.set_weights([*self._kept, *weights[len(self._kept) :]])
        for layer in self.layers:
            layer._network, layer._brought = network, []
        self._network, self._kept = network, []
        self._seen, self._settings = seen, settings

    def _core_layers(self) -> list[_core.Layer]:
        assert self._input_shape is not None
        shape, core_layers = self._input_shape, []
        for layer in self._layers:
            core_layers.append(layer._core_layer(prod(shape)))
            shape = layer._output_shape(shape)
        return [layer for layer in core_layers if layer is not None]

    def _apply_settings(self) -> None:
        """Tell the network what has been assigned to layers since it was told last."""
        seen = assignments()
        if self._network is None or seen == self._seen:
            return
        settings = snapshot(self._layers)
        if settings != self._settings:
            self._network.set_layers(self._core_layers())
        self._seen, self._settings = seen, settings

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

    def _compile_network(self, compilation: Compilation, anew: bool = False) -> None:
        if not anew:
            warn_of_rescaling(self.layers)
        if self._network is None:
            return
        for index, layer in enumerate(self._computing()):
            self._network.set_trainable(index, layer.trainable)
        if compilation.loss is not None:
            seen, settings = assignments(), snapshot(self._layers)
            compilation.apply("compile", self._network, self, self._core_layers())
            self._seen, self._settings = seen, settings

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
        names = [layer.name for layer in self.layers if isinstance(layer, Dense)]
        return SparsityReport(names, network.sparsity(), self._feature_names.known)

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
