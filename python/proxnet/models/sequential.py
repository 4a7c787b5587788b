"""A stack of layers: the model that users build."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Any, Self, TypeVar, Unpack, cast

import numpy as np

from .. import _check, _core, random
from .._check.config import assignments, deserialize, inside, reading, serialize, snapshot
from .._check.feature_names import FeatureNames
from .._check.keywords import NoKeywords
from ..layers import ColumnSelection, Dense, Dropout, Flatten, InputLayer, Layer, automatic_name
from ..layers.layer import row_shape
from .compaction import compacted
from .fit_warnings import warn_of_a_constant, warn_of_missed_targets
from .model import Model
from .predictor import Predictor
from .rescaling import warn_of_rescaling
from .serialization import get_state, restore, set_state, target, write
from .sparsity import SparsityReport
from .summary import Summary

__all__ = ["Sequential"]

M = TypeVar("M", bound="Sequential")


class Sequential(Model):
    """A chain of layers, trained with penalties that make exact zeros.

    Parameters
    ----------
    layers : list of layers, optional
        The first may be an `Input`; without it the first data give the number of inputs.
    name : str, optional
        Default "sequential", "sequential_1", ...
    dtype : {"float32", "float64"}, default "float32"
        The dtype of the weights and of all arithmetic.

    Raises
    ------
    TypeError, ValueError
        For objects that are not layers, layers of another model, equal names, or sizes that contradict each other.

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
        self._input_shape: tuple[int, ...] | None = None  # of an input row
        self._kept: list[np.ndarray] = []  # the first layers' weights while layers are added or removed
        if layers is not None:
            if not isinstance(layers, list | tuple):
                raise TypeError(f"[Sequential] layers must be a list of layers, got {type(layers).__qualname__}")
            self._append(layers)
            self._rebuild()

    @property
    def input_columns(self) -> int | None:
        """Number of inputs, None as long as it is unknown."""
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
        """Append a layer; the weights of the other layers stay, the optimizer's state is reset."""
        self._check_idle("add")
        self._append([layer])
        self._kept = self.get_weights() or self._kept
        self._rebuild()

    def pop(self) -> Layer:
        """Remove the last layer and return it; the weights of the other layers stay."""
        if not self._layers:
            raise ValueError("[pop] the model has no layers")
        self._check_idle("pop")
        kept = self.get_weights() or self._kept
        layer = self._layers.pop()
        layer._set_model(None)
        layer._network = None
        self._kept = kept[: len(kept) - len(layer._weight_names)]
        if not self._layers:
            self._input_shape = None
            self._feature_names = FeatureNames()
        self._rebuild()
        return layer

    def build(self, input_shape: Any = None) -> None:
        """Create the weights before there are data.

        Parameters
        ----------
        input_shape : tuple
            (inputs,) or, as in Keras, (None, inputs).
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
        """Append layers, in time O(all layers)."""
        names = {layer.name for layer in self._layers}
        before, empty = self.output_shape[1:], not self.layers
        for layer in layers:
            if not isinstance(layer, Layer):
                what = f"the class {layer.__name__}" if isinstance(layer, type) else _check.shown(layer)
                raise TypeError(f"[Sequential] layers must be objects of proxnet.layers, got {what}")
            if type(layer)._core_layer is Layer._core_layer:
                raise layer._not_in_core()
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
            layer._set_model(self)
            layer._brought, layer._network = layer.get_weights(), None
            self._layers.append(layer)
            names.add(layer.name)
            empty = empty and isinstance(layer, InputLayer)

    def _complete(self) -> bool:
        layers = self._computing()
        return any(isinstance(layer, Dense) for layer in layers) and not isinstance(layers[-1], Dropout)

    def _row_shape(self) -> tuple[int, ...] | None:
        if not self.layers or not isinstance(self.layers[0], Flatten):
            return None
        return self._input_shape if self._input_shape and len(self._input_shape) > 1 else ()

    def _rebuild(self) -> None:
        """Make the network of the present layers, with the kept weights; none while layers or shape are missing."""
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

    def _weight_counts(self, row: tuple[int, ...]) -> tuple[int, int]:
        """Numbers of trainable and of other weights for input rows of this shape."""
        trainable = others = 0
        for layer in self._layers:
            counts = layer._counts(prod(row))
            trainable, others = trainable + counts[0], others + counts[1]
            row = layer._output_shape(row)
        return trainable, others

    def _warn_of_rescaling(self) -> None:
        warn_of_rescaling(self.layers)

    def _warn_of_zeros(self, last_epoch: int, epochs: int, ended: bool) -> None:
        warn_of_missed_targets(self.layers, self.sparsity, last_epoch, epochs)
        if ended:
            warn_of_a_constant(self._computing(), self._require_network("fit"))

    def get_config(self) -> dict[str, Any]:
        """The architecture without weights, as plain values fit for JSON in Keras' form."""
        return {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": self.dtype.name,
            "layers": [serialize(layer) for layer in self._layers],
            "build_input_shape": list(self.input_shape) if all(self.input_shape[1:]) else None,
        }

    _ALONE = True

    @classmethod
    def from_config(cls: type[M], config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> M:
        """A model with the architecture that `get_config` returned, and new weights; Keras' own configs work too.

        Raises
        ------
        TypeError, ValueError
            For other values, and for layers or arguments that do not exist here.

        Examples
        --------
        >>> import proxnet
        >>> model = proxnet.Sequential([proxnet.Input((3,)), proxnet.layers.Dense(2, kernel_regularizer="l1")])
        >>> proxnet.Sequential.from_config(model.get_config()).count_params()
        8
        """
        with reading("from_config", "config"):
            model = cls._empty(config)
            model._stack(config, custom_objects)
            shape = config.get("build_input_shape")
            if shape is not None:
                model.build(tuple(shape))
        return model

    @classmethod
    def _empty(cls: type[M], config: Mapping[str, Any]) -> M:
        if not isinstance(config, Mapping) or not isinstance(config.get("layers"), list | tuple):
            raise ValueError(f"[from_config] config must be a dict with a list of 'layers', got {_check.shown(config)}")
        make: Any = cls
        with inside():
            dtype = deserialize(config.get("dtype")) or "float32"
        model: M = make(name=config.get("name"), dtype=dtype)
        model.trainable = config.get("trainable", True)  # layers, which are added later, have their own
        return model

    def _stack(self, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None) -> None:
        """Append the layers of a config, without weights."""
        with inside():
            self._append(deserialize(item, custom_objects) for item in config["layers"])

    def to_json(self, **arguments: Any) -> str:
        """The config as JSON for `proxnet.models.model_from_json`; `arguments` are `json.dumps`'."""
        return json.dumps(serialize(self), **arguments)

    def __copy__(self: M) -> M:
        return copy.deepcopy(self)

    def __getstate__(self) -> dict[str, Any]:
        return get_state(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        set_state(self, state)

    def save(self, filepath: str | os.PathLike[str], overwrite: bool = True, *, include_optimizer: bool = True) -> None:
        """Write the whole model to one file: architecture, weights, compilation, the optimizer's state and progress.

        The file has the safetensors format, with proxnet's config and checksums of all bytes in its metadata: the
        safetensors package reads it, and reading it runs no code. Writing is atomic: the old file survives a crash or
        power loss. Training after `proxnet.load_model` gives the bits of uninterrupted training. A model can be saved
        while it trains, also from callbacks: the file then holds the last full epoch (in batch hooks the last full
        batch).

        Parameters
        ----------
        filepath : str or path
            With any ending; endings of other formats give a warning.
        overwrite : bool, default True
            Whether an existing file may be replaced.
        include_optimizer : bool, default True
            Whether the optimizer's state (moments, count of steps) is written too. Without it `load_model` compiles the
            model with a new state.

        Raises
        ------
        ValueError
            Before the model is built; for functions that have no config.
        OSError
            When the file cannot be written, or exists and may not be replaced.

        Warns
        -----
        UserWarning
            For an ending of another format, such as "model.keras" or "model.h5": the file is safetensors all the same.

        Examples
        --------
        >>> import os, tempfile, proxnet
        >>> model = proxnet.Sequential([proxnet.Input((3,)), proxnet.layers.Dense(2)])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "model.safetensors")
        ...     model.save(path)
        ...     same = proxnet.load_model(path)
        >>> bool((same.get_weights()[0] == model.get_weights()[0]).all())
        True
        """
        state = _check.flag("save", "include_optimizer", include_optimizer)
        write(self, target("save", filepath, overwrite), {} if state else {"state": False}, state)

    def save_weights(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Write only the weights to a file of the same format; arguments and errors as in `save`."""
        network = self._require_network("save_weights")
        network.save(target("save_weights", filepath, overwrite), "", False)

    def load_weights(self, filepath: str | os.PathLike[str], **unknown: Unpack[NoKeywords]) -> None:
        """Read the weights from a file of `save_weights` or `save`; the optimizer's state stays.

        Raises
        ------
        ValueError
            For a damaged file, or one of another architecture or dtype; the model is then unchanged.
        OSError
            When the file cannot be read.
        """
        _check.refuse_keywords("load_weights", unknown, self.load_weights, {"skip_mismatch": False})
        self._require_network("load_weights").restore(
            _core.ModelFile(os.fsencode(_check.path("load_weights", "filepath", filepath))), False
        )

    def _write(self, path: bytes, more: Mapping[str, Any]) -> None:
        write(self, path, more)

    def _restore(self, file: _core.ModelFile, training: Mapping[str, Any]) -> None:
        restore(self, file, training, True)

    def sparsity(self) -> SparsityReport:
        """Counts of exact zeros, inputs in use and units alive, of each dense layer and of the model.

        Returns
        -------
        SparsityReport
            Prints as a table; programs use `layers`, `total` and `to_dict()`.

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
        columns = self._feature_names.known
        selection = next((layer for layer in self.layers if isinstance(layer, ColumnSelection)), None)
        if columns is not None and selection is not None:
            columns = columns[selection.columns]
        return SparsityReport(names, network.sparsity(), columns)

    def compact(self, *, fold_constants: bool = False, fold_norms: bool = False) -> Self:
        """A smaller model with the same predictions: without unused inputs and without units that change nothing.

        An input is unused, and a unit is removed, when no path of non-zero weights runs through it to an output, or
        when its value is zero for every row. A unit with another constant value stays, without incoming weights. The
        new model reads rows of full width: a `ColumnSelection` is its first layer if inputs are unused.

        Parameters
        ----------
        fold_constants : bool, default False
            Whether constant units go into the biases of the next layer instead. Predictions then agree to rounding: a
            sum of n folded terms moves an output of the layer by at most n * eps * sum |value * weight|.
        fold_norms : bool, default False
            Whether each BatchNormalization and Normalization z = k * x + c is multiplied into the kernel and the bias
            of the dense layer behind it, or of a linear dense layer in front of it, and removed. Predictions then
            agree to rounding: an output of such a layer with n inputs moves by at most
            (n + 3) * eps * (sum |k * x * w| + sum |c * w| + |bias|). For serving: in later training penalties act on
            the multiplied weights, and a BatchNormalization adapts no more.

        Returns
        -------
        Sequential
            With the same bits in every prediction (without folding). It is compiled as this model is, with the
            optimizer's state of the weights that stay, and can be trained, saved and compacted again. After
            normalizations were folded, the optimizer starts anew.

        Raises
        ------
        ValueError
            Before the model is built; for weights that overflow when a normalization is folded in.

        Examples
        --------
        >>> import numpy as np, proxnet
        >>> model = proxnet.Sequential([proxnet.layers.Dense(3, "relu", input_dim=2), proxnet.layers.Dense(1)])
        >>> model.set_weights([[[1, 0, 2], [0, 0, 0]], [0, 0, 0], [[1], [1], [0]], [0]])
        >>> small = model.compact()
        >>> small.count_params(), model.count_params()
        (4, 13)
        >>> x = np.array([[2.0, 5.0]])
        >>> bool(small.predict(x) == model.predict(x))
        True
        """
        constants = _check.flag("compact", "fold_constants", fold_constants)
        return cast(Self, compacted(self, constants, _check.flag("compact", "fold_norms", fold_norms)))

    def predictor(self) -> Predictor:
        """The model as it is now, frozen for fast prediction: see `proxnet.Predictor`."""
        return Predictor(self)

    def _summary(self) -> Summary:
        trained = self._network is not None and self._network.compiled and self._network.iterations > 0
        itemsize = self.dtype.itemsize if self.built else 0
        return Summary(self.name, self.layers, self._input_shape, itemsize, self.sparsity() if trained else None)

    def summary(self, print_fn: Callable[[str], Any] | None = None) -> None:
        """Print the layers, their output shapes and weights; after training also zeros, inputs in use, units alive.

        Parameters
        ----------
        print_fn : callable of str, default print

        Raises
        ------
        TypeError
            For a `print_fn` that cannot be called.
        """
        if print_fn is not None and not callable(print_fn):
            raise TypeError(f"[summary] print_fn must be callable, got {_check.shown(print_fn)}")
        (print if print_fn is None else print_fn)(str(self._summary()))

    def _repr_html_(self) -> str:
        return self._summary().html()

    def __repr__(self) -> str:
        return f"<Sequential name={self.name}, built={self.built}>"
