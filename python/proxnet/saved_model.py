"""A model as plain values and as a file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from math import prod
from typing import Any, TypeVar

from . import _arguments, _core, _names, random
from ._config import deserialize, find_class, serialize
from .layers import Layer
from .weighted_model import WeightedModel

__all__ = ["SavedModel"]

# Of Keras' compile configs: how Keras computes, not what.
_KERAS_MEANS = ("run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss")

M = TypeVar("M", bound="SavedModel")


class SavedModel(WeightedModel):
    """Base of `Sequential`: configs and files."""

    _layers: list[Layer]
    input_shape: Any
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
        model = cls._empty(config)
        model._fill(config, custom_objects)
        return model

    @classmethod
    def _empty(cls: type[M], config: Mapping[str, Any]) -> M:
        if not isinstance(config, Mapping) or "layers" not in config:
            raise ValueError(f"[from_config] config must be a dict with 'layers', got {config!r:.60}")
        make: Any = cls
        model: M = make(name=config.get("name"), dtype=deserialize(config.get("dtype")) or "float32")
        model.trainable = config.get("trainable", True)  # the layers, which come later, say so for themselves
        return model

    def _fill(self, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None) -> None:
        for item in config["layers"]:
            layer = deserialize(item, custom_objects)
            self._append(layer)
        shape = config.get("build_input_shape")
        if shape is not None:
            self.build(tuple(shape))

    def _append(self, layer: Any) -> None:
        raise NotImplementedError

    def _computing(self) -> list[Layer]:
        """The layers that the core has too, in its order."""
        raise NotImplementedError

    def build(self, input_shape: Any = None) -> None:
        """Make the weights without waiting for data."""
        raise NotImplementedError

    def to_json(self, **arguments: Any) -> str:
        """The config as JSON for `proxnet.models.model_from_json`; `arguments` are `json.dumps`'."""
        return json.dumps(serialize(self), **arguments)

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of `compile` as plain values, the learning rate as it is now; None before `compile`."""
        return None if self._compilation is None else self._compilation.get_config()

    def compile_from_config(self, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> None:
        """Compile with what `get_compile_config` gave."""
        given = {str(name): value for name, value in config.items() if name not in _KERAS_MEANS}
        self.compile(**{name: deserialize(value, custom_objects) for name, value in given.items()})

    def save(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Write the whole model to one file: architecture, weights, compilation, the optimizer's state and progress.

        The file is safetensors with proxnet's config and a checksum of every byte in its metadata: the safetensors
        package reads it, and no code runs when it is read. It is written beside `filepath`, synced and renamed: a
        failure, or the power's, leaves the old file. Training that goes on after `proxnet.load_model` gives the bits it
        would have given without the break. May be called while the model trains, also from callbacks: the last full
        epoch is written (inside batch hooks the last full batch).

        Parameters
        ----------
        filepath : str or path
            Any ending will do.
        overwrite : bool, default True
            Whether a file of that name may be replaced.

        Raises
        ------
        ValueError
            Before the model is built; for functions that have no config.
        OSError
            When the file cannot be written, or exists and must not be replaced.

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
        self._write(_target("save", filepath, overwrite), {})

    def _write(self, path: bytes, more: dict[str, Any]) -> None:
        network = self._require_network("save")
        with self._running("save"):
            self._write_network(network, path, more)

    def _write_network(self, network: _core.Network, path: bytes, more: dict[str, Any]) -> None:
        seeds = {"seed": self._seed, "epochs": self._epochs_trained, "weights_seed": self._weights_seed}
        training = {**seeds, "trainable": network.trainable, **more}
        compilation = self.get_compile_config() if network.compiled else None
        config = {"model": serialize(self), "compile": compilation, "training": training}
        network.save(path, json.dumps(config), True)

    def save_weights(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Write the weights alone to a file of the same kind; arguments and errors as in `save`."""
        network = self._require_network("save_weights")
        network.save(_target("save_weights", filepath, overwrite), "", False)

    def load_weights(self, filepath: str | os.PathLike[str], **unknown: Any) -> None:
        """Take the weights from a file of `save_weights` or `save`; the optimizer's state stays.

        Raises
        ------
        ValueError
            For a damaged file, or one of another architecture or dtype; the model is then as it was.
        OSError
            When the file cannot be read.
        """
        _names.refuse_keywords("load_weights", unknown, ("filepath",), {"skip_mismatch": False})
        self._require_network("load_weights").restore(_core.ModelFile(os.fsencode(filepath)), False)

    def _restore(self, file: _core.ModelFile, training: Mapping[str, Any], state: bool) -> None:
        """Weights, the optimizer's state, and where the sequence of shuffles stands."""
        self._require_network("load").restore(file, state)
        if training["seed"] is not None:
            self._seed = _arguments.integer("load", "seed", training["seed"], minimum=0, maximum=2**64 - 1)
            self._seed_generation = random.generation()
            self._epochs_trained = _arguments.integer("load", "epochs", training["epochs"], minimum=0)


def _target(operation: str, filepath: Any, overwrite: Any) -> bytes:
    path = os.fsencode(filepath)
    if not _arguments.flag(operation, "overwrite", overwrite) and os.path.lexists(path):
        raise FileExistsError(f"[{operation}] {os.fsdecode(path)} exists and overwrite is False")
    return path


def load_model(
    filepath: str | os.PathLike[str],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    **unknown: Any,
) -> Any:
    """Read a model that `save` wrote.

    Parameters
    ----------
    filepath : str or path
    custom_objects : dict of str to object, optional
        The user's own functions, such as metrics, by name.
    compile : bool, default True
        Whether the model is compiled as it was, with the optimizer's state and progress.

    Returns
    -------
    Sequential

    Raises
    ------
    ValueError
        For a file that is damaged or not proxnet's, naming the file and the rule it breaks.
    OSError
        When the file cannot be read.
    """
    _names.refuse_keywords("load_model", unknown, ("filepath", "custom_objects", "compile"), {"safe_mode": True})
    compiled = _arguments.flag("load_model", "compile", compile)
    path = os.fsencode(filepath)
    file = _core.ModelFile(path)
    try:
        config = json.loads(file.config)
        return _loaded(file, config, custom_objects, compiled, os.path.getsize(path))
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError, RecursionError) as error:
        shown = f"{type(error).__name__}: {error}"
        raise ValueError(
            f"[load_model] the file must hold a whole model's config, {os.fsdecode(path)}: {shown}"
        ) from error


def _loaded(file: _core.ModelFile, config: Any, custom_objects: Any, compiled: bool, size: int) -> Any:
    entry, training = config["model"], config["training"]
    cls = find_class(entry["module"], entry["class_name"])
    if not issubclass(cls, SavedModel):
        raise TypeError(f"{cls.__name__} is no model")
    model = cls._empty(entry["config"])
    seed = training["weights_seed"]  # nothing is drawn from the sequence of seeds
    model._weights_seed = _arguments.integer("load_model", "weights_seed", seed, minimum=0, maximum=2**64 - 1)
    _check_size(model, entry["config"], size)
    model._fill(entry["config"], custom_objects)
    compiled = compiled and config["compile"] is not None
    if compiled:
        _compile(model, config["compile"], training["trainable"], custom_objects)
    model._restore(file, training, compiled)
    return model


def _compile(model: SavedModel, config: Any, trainable: Any, custom_objects: Any) -> None:
    """Compile with the layers trainable that were so when the saved model was compiled."""
    layers = model._computing()
    if not isinstance(trainable, list) or len(trainable) != len(layers):
        raise ValueError(f"[load_model] trainable must be one flag for each of {len(layers)} layers, got {trainable!r}")
    present = [layer.trainable for layer in layers]
    for layer, flag in zip(layers, trainable, strict=True):
        layer.trainable = flag
    model.compile_from_config(config, custom_objects)
    for layer, flag in zip(layers, present, strict=True):
        layer.trainable = flag


def _check_size(model: SavedModel, config: Mapping[str, Any], size: int) -> None:
    """Raise where the architecture has more weights than the file has bytes, before memory is taken for them."""
    columns = prod((config["build_input_shape"] or [0, 0])[1:])
    for layer in config["layers"]:
        units = layer["config"].get("units")
        if columns * (units or 1) * model.dtype.itemsize > size:
            raise ValueError(f"[load_model] a layer of {columns} x {units} weights must fit its file of {size} bytes")
        columns = units or columns
