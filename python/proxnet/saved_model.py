"""A model as plain values and as a file."""

from __future__ import annotations

import copy
import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import prod
from typing import Any, TypeVar, Unpack

from . import _check, _core, copies, random
from ._check.config import deserialize, inside, parts, reading, serialize
from ._check.keywords import NoKeywords
from .layers import Layer
from .weighted_model import WeightedModel

__all__ = ["SavedModel"]

# Endings that promise another format.
_OTHER_FORMATS = (".keras", ".h5", ".hdf5", ".pb", ".tflite", ".onnx", ".pt", ".pth", ".ckpt", ".npz", ".pkl")

# Of Keras' compile configs: how Keras computes, not what.
_KERAS_MEANS = ("run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss")

M = TypeVar("M", bound="SavedModel")


class SavedModel(WeightedModel):
    """Base of `Sequential`: configs and files."""

    _layers: list[Layer]
    input_shape: Any
    input_columns: Any
    _weights_seed: int | None

    def get_config(self) -> dict[str, Any]:
        """The architecture as plain values fit for JSON, in Keras' form: layers and sizes, no weights."""
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
        """A model of the architecture that `get_config` gave, with new weights; Keras' own configs work too.

        Raises
        ------
        TypeError, ValueError
            For what is no such config, or a layer, an argument that does not exist here.

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
        model.trainable = config.get("trainable", True)  # the layers, which come later, say so for themselves
        return model

    def _stack(self, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None) -> None:
        """Append the layers of a config; no weights are made."""
        with inside():
            self._append(deserialize(item, custom_objects) for item in config["layers"])

    def _append(self, layers: Iterable[Any]) -> None:
        raise NotImplementedError

    def _rebuild(self) -> None:
        """Make a network of the layers."""
        raise NotImplementedError

    def _computing(self) -> list[Layer]:
        """The layers that the core has too, in its order."""
        raise NotImplementedError

    def build(self, input_shape: Any = None) -> None:
        """Make the weights without waiting for data."""
        raise NotImplementedError

    def _row(self, operation: str, input_shape: Any) -> tuple[int, ...]:
        """The shape of a row in the shape of the input."""
        raise NotImplementedError

    def _weight_counts(self, row: tuple[int, ...]) -> tuple[int, int]:
        """Numbers of weights that the optimizer moves, and of the others, on rows of this shape."""
        moved = fixed = 0
        for layer in self._layers:
            counts = layer._counts(prod(row))
            moved, fixed = moved + counts[0], fixed + counts[1]
            row = layer._output_shape(row)
        return moved, fixed

    def to_json(self, **arguments: Any) -> str:
        """The config as JSON for `proxnet.models.model_from_json`; `arguments` are `json.dumps`'."""
        return json.dumps(serialize(self), **arguments)

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of `compile` as plain values, the learning rate as it is now; None before `compile`."""
        return None if self._compilation is None else self._compilation.get_config()

    def compile_from_config(self, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> None:
        """Compile with what `get_compile_config` gave."""
        with reading("compile_from_config", "config"):
            self.compile(**self._compile_arguments(config, custom_objects))

    def _compile_arguments(self, config: Any, custom_objects: Mapping[str, Any] | None) -> dict[str, Any]:
        """What `get_compile_config` gave, as the arguments of `compile`."""
        if not isinstance(config, Mapping):
            raise TypeError(f"[compile_from_config] config must be a dict, got {_check.shown(config)}")
        return parts({name: value for name, value in config.items() if name not in _KERAS_MEANS}, custom_objects)

    def __copy__(self: M) -> M:
        return copy.deepcopy(self)

    def __getstate__(self) -> dict[str, Any]:
        return copies.state(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        copies.restore(self, state)

    def save(self, filepath: str | os.PathLike[str], overwrite: bool = True, *, include_optimizer: bool = True) -> None:
        """Write the whole model to one file: architecture, weights, compilation, the optimizer's state and progress.

        The file is safetensors with proxnet's config and a checksum of every byte in its metadata: the safetensors
        package reads it, and no code runs when it is read. It is written beside `filepath`, synced and renamed: a
        failure, or the power's, leaves the old file. Training that goes on after `proxnet.load_model` gives the bits it
        would have given without the break. May be called while the model trains, also from callbacks: the last full
        epoch is written (inside batch hooks the last full batch).

        Parameters
        ----------
        filepath : str or path
            ".safetensors" says what it is; other endings will do, those of other formats with a warning.
        overwrite : bool, default True
            Whether a file of that name may be replaced.
        include_optimizer : bool, default True
            Whether the optimizer's state (moments, count of steps) is written too. Without it `load_model` compiles the
            model likewise, and its training starts with a new state.

        Raises
        ------
        ValueError
            Before the model is built; for functions that have no config.
        OSError
            When the file cannot be written, or exists and must not be replaced.

        Warns
        -----
        UserWarning
            For a name of another format, such as "model.keras" or "model.h5": the file is safetensors all the same.

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
        self._write(_target("save", filepath, overwrite), {} if state else {"state": False}, state)

    def _write(self, path: bytes, more: dict[str, Any], state: bool = True) -> None:
        network = self._require_network("save")
        with self._running("save"):
            self._write_network(network, path, more, state)

    def _write_network(self, network: _core.Network, path: bytes, more: dict[str, Any], state: bool) -> None:
        if network.compiled and self._compilation is not None:
            self._compilation.pass_settings(network)  # what a file says is what the model does
        names = self._feature_names.known
        seeds = {"seed": self._seed, "epochs": self._epochs_trained, "weights_seed": self._weights_seed}
        known = {**seeds, "feature_names": None if names is None else names.tolist()}
        training = {**known, "trainable": network.trainable, **more}
        compilation = self.get_compile_config() if network.compiled else None
        config = {"model": serialize(self), "compile": compilation, "training": training}
        network.save(path, json.dumps(config, allow_nan=False), state)

    def save_weights(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Write the weights alone to a file of the same kind; arguments and errors as in `save`."""
        network = self._require_network("save_weights")
        network.save(_target("save_weights", filepath, overwrite), "", False)

    def load_weights(self, filepath: str | os.PathLike[str], **unknown: Unpack[NoKeywords]) -> None:
        """Take the weights from a file of `save_weights` or `save`; the optimizer's state stays.

        Raises
        ------
        ValueError
            For a damaged file, or one of another architecture or dtype; the model is then as it was.
        OSError
            When the file cannot be read.
        """
        _check.refuse_keywords("load_weights", unknown, self.load_weights, {"skip_mismatch": False})
        self._require_network("load_weights").restore(
            _core.ModelFile(os.fsencode(_check.path("load_weights", "filepath", filepath))), False
        )

    @contextmanager
    def _trainable_as(self, flags: Any) -> Iterator[None]:
        """Within it those layers are trainable that `flags` says, one flag per layer of the core."""
        layers = self._computing()
        if not isinstance(flags, list) or len(flags) != len(layers):
            raise ValueError(
                f"[load_model] trainable must be one flag for each of {len(layers)} layers, got {_check.shown(flags)}"
            )
        present = [layer.trainable for layer in layers]
        for layer, flag in zip(layers, flags, strict=True):
            layer.trainable = flag
        yield
        for layer, flag in zip(layers, present, strict=True):
            layer.trainable = flag

    def _restore(self, file: _core.ModelFile, training: Mapping[str, Any], state: bool) -> None:
        """Weights, the optimizer's state, and where the sequence of shuffles stands."""
        self._require_network("load").restore(file, state)
        if training["seed"] is not None:
            self._seed = _check.integer("load_model", "seed", training["seed"], minimum=0, maximum=2**64 - 1)
            self._seed_generation = random.generation()
            self._epochs_trained = _check.integer("load_model", "epochs", training["epochs"], minimum=0)


def _target(operation: str, filepath: Any, overwrite: Any) -> bytes:
    path = os.fsencode(_check.path(operation, "filepath", filepath))
    ending = os.path.splitext(os.fsdecode(path))[1]
    if ending.lower() in _OTHER_FORMATS:
        warnings.warn(
            f"[{operation}] the file is written in the safetensors format whatever its name, which ends in {ending!r}: "
            "proxnet.load_model reads it, other programs expect another format; a name in '.safetensors' is better",
            UserWarning,
            stacklevel=3,
        )
    if not _check.flag(operation, "overwrite", overwrite) and os.path.lexists(path):
        raise FileExistsError(f"[{operation}] {os.fsdecode(path)} exists and overwrite is False")
    return path
