"""The state of a model in files, pickles and copies: weights, optimizer's state, seeds, progress."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .. import _check, _core, random
from .._check.config import serialize
from ..layers import Layer
from .model import Model

__all__ = ["encoded", "get_state", "restore", "set_state", "take_network", "target", "trainable_as", "write"]

# Endings of other formats.
_OTHER_FORMATS = (".keras", ".h5", ".hdf5", ".pb", ".tflite", ".onnx", ".pt", ".pth", ".ckpt", ".npz", ".pkl")


def target(operation: str, filepath: Any, overwrite: Any) -> bytes:
    """The path of a file to write; warns of an ending of another format, raises where the file must not be replaced."""
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


def write(model: Model, path: bytes, more: Mapping[str, Any], state: bool = True) -> None:
    """Write a model's file; `more` is added to what the file says about the training.

    With `state` the optimizer's state is written too.
    """
    network = model._require_network("save")
    with model._running("save"):
        if network.compiled and model._compilation is not None:
            model._compilation.pass_settings(network)  # the file holds the settings that the model trains with
        names = model._feature_names.known
        training = {
            "seed": model._seed,
            "epochs": model._epochs_trained,
            "weights_seed": model._weights_seed,
            "feature_names": None if names is None else names.tolist(),
            "trainable": network.trainable,
            **more,
        }
        compilation = model.get_compile_config() if network.compiled else None
        config = {"model": serialize(model), "compile": compilation, "training": training}
        network.save(path, json.dumps(config, allow_nan=False), state, encoded(names))


def encoded(texts: Any) -> list[bytes]:
    """Names or labels as a file holds them, UTF-8."""
    return [] if texts is None else [str(text).encode("utf-8", "surrogatepass") for text in texts]


@contextmanager
def trainable_as(model: Model, flags: Any) -> Iterator[None]:
    """A context in which the core's layers have these `trainable` flags."""
    layers = model._computing()
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


def restore(model: Model, file: _core.ModelFile, training: Mapping[str, Any], state: bool) -> None:
    """Take the weights from a file, the seed and the count of epochs, and with `state` the optimizer's state."""
    model._require_network("load").restore(file, state)
    if training["seed"] is not None:
        model._seed = _check.integer("load_model", "seed", training["seed"], minimum=0, maximum=2**64 - 1)
        model._seed_generation = random.generation()
        model._epochs_trained = _check.integer("load_model", "epochs", training["epochs"], minimum=0)


def get_state(model: Model) -> dict[str, Any]:
    """What `copy` and `pickle` take of a model: its attributes, and the network as the bytes of a file."""
    kept = {**vars(model), "_network": None, "_layers": [_without_weights(layer) for layer in model._layers]}
    if model._network is None:
        return kept
    network, compilation = model._require_network("copy"), model._compilation
    if network.compiled and compilation is not None:
        compilation.pass_settings(network)
    flags = network.trainable if network.compiled else None
    return {**kept, "_network": (network.saved_bytes("", True), flags)}


def set_state(model: Model, state: dict[str, Any]) -> None:
    """Give an empty model the state that `get_state` took of another."""
    vars(model).update({**state, "_network": None})
    for layer in model._layers:
        layer._set_model(model)
    if model.history is not None:
        model.history.set_model(model)
    if state["_network"] is None:
        return
    model._rebuild()
    take_network(model, *state["_network"])


def take_network(model: Model, content: bytes, flags: Any) -> None:
    """Take the bytes of a network: its weights, and if it was compiled, with these flags, the optimizer's state."""
    if model._compilation is not None:
        model._compilation.optimizer = model._compilation.optimizer._for_model(model)
        if flags is not None:
            with trainable_as(model, flags):
                model._compile_network(model._compilation)
    training = {"seed": model._seed, "epochs": model._epochs_trained}
    restore(model, _core.ModelFile.from_bytes(content), training, True)


def _without_weights(layer: Layer) -> Layer:
    """A copy of a layer without its weights, which are in the network's bytes."""
    twin: Layer = object.__new__(type(layer))
    vars(twin).update({**vars(layer), "_model": None, "_network": None, "_brought": []})
    return twin
