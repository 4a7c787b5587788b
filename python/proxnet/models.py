"""Keras' name for the module of models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Unpack

from . import _check
from ._check.config import deserialize, parse, serialize
from ._check.keywords import NoKeywords
from ._check.missing import explain_missing
from .loading import load_model
from .sequential import Sequential

__all__ = ["Sequential", "clone_model", "deserialize", "load_model", "model_from_json", "serialize"]


def clone_model(
    model: Sequential, clone_function: Callable[[Any], Any] | None = None, **unknown: Unpack[NoKeywords]
) -> Sequential:
    """A model of the same architecture with new weights, not compiled.

    Parameters
    ----------
    model : Sequential
    clone_function : callable of layer to layer, optional
        Makes each new layer; default: a layer of the same config.

    Raises
    ------
    TypeError
        For what is no `Sequential`.

    Examples
    --------
    >>> import proxnet
    >>> model = proxnet.Sequential([proxnet.Input((3,)), proxnet.layers.Dense(2, activation="tanh")])
    >>> proxnet.models.clone_model(model).layers[0].activation
    Activation('tanh')
    """
    later = {"input_tensors": None, "call_function": None, "recursive": False}
    _check.refuse_keywords("clone_model", unknown, clone_model, later)
    if not isinstance(model, Sequential):
        raise TypeError(f"[clone_model] model must be a Sequential, got {type(model).__qualname__}")
    config = model.get_config()
    if clone_function is not None:
        layers = dict(zip((layer.name for layer in model.layers), map(clone_function, model.layers), strict=True))
        config["layers"] = [layers.get(item["config"]["name"], item) for item in config["layers"]]
    return Sequential.from_config(config)


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Sequential:
    """A model of the architecture that `Sequential.to_json` wrote, with new weights.

    Raises
    ------
    TypeError, ValueError
        For what is no such text.
    """
    config = parse("model_from_json", "json_string", json_string)
    model = deserialize(config, custom_objects)
    if not isinstance(model, Sequential):
        raise TypeError(f"[model_from_json] json_string must describe a Sequential, got {type(model).__qualname__}")
    return model


explain_missing(__name__)
