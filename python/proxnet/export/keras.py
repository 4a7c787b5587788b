"""Keras' models as proxnet's, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import Sequential, layers
from ..activations import Activation
from .extras import extra

__all__ = ["from_keras", "to_keras"]


def from_keras(model: Any) -> Sequential:
    """A proxnet model with the architecture, names, regularizers, constraints and weights of a Keras model.

    Parameters
    ----------
    model : keras.Sequential
        Built, of layers that `proxnet.layers` has, in float32 or float64.

    Returns
    -------
    Sequential
        Not compiled: the arguments of `compile` are the same under both names.

    Raises
    ------
    TypeError, ValueError
        For any other model, one without weights, and layers or arguments that are not here.

    Examples
    --------
    >>> import keras  # doctest: +SKIP
    >>> from proxnet.export import from_keras  # doctest: +SKIP
    >>> model = from_keras(keras.saving.load_model("model.keras"))  # doctest: +SKIP
    """
    if type(model).__name__ != "Sequential" or type(model).__module__.partition(".")[0] != "keras":
        got = f"{type(model).__module__}.{type(model).__qualname__}"
        raise TypeError(f"[from_keras] model must be a keras.Sequential, got {got}")
    if not model.built:
        raise ValueError("[from_keras] model must be built: call its build first")
    dtypes = {layer.dtype_policy.name for layer in model.layers}
    if dtypes not in ({"float32"}, {"float64"}):
        raise ValueError(f"[from_keras] all layers must be float32 or all float64, got {', '.join(sorted(dtypes))}")
    config = model.get_config()
    for entry in config["layers"]:
        entry["config"].pop("dtype", None)
    result = Sequential.from_config({**config, "dtype": dtypes.pop()})
    result.build(tuple(model.input_shape))
    for ours, theirs in zip(result.layers, model.layers, strict=True):
        arrays = theirs.get_weights()
        ours.set_weights(arrays[: len(ours.get_weights())])  # without the count of Keras' Normalization
    return result


def to_keras(model: Sequential) -> Any:
    """A Keras model with the architecture, names, regularizers, constraints and weights of a proxnet model.

    Parameters
    ----------
    model : Sequential
        With weights. An activation with parameters, such as ``leaky_relu`` with another slope than the default, becomes
        a layer behind the dense one.

    Returns
    -------
    keras.Sequential
        Not compiled.

    Raises
    ------
    TypeError, ValueError
        For a model without weights, and for regularizers, constraints and activations that Keras does not have.
    ModuleNotFoundError
        Without Keras.

    Examples
    --------
    >>> import proxnet
    >>> from proxnet.export import to_keras
    >>> model = proxnet.Sequential([proxnet.layers.Dense(1, input_dim=4)])
    >>> to_keras(model).save("model.keras")  # doctest: +SKIP
    """
    if not isinstance(model, Sequential):
        raise TypeError(f"[to_keras] model must be a Sequential, got {type(model).__qualname__}")
    if not model.built:
        raise ValueError("[to_keras] the model must have weights: call build or fit first")
    keras = extra("to_keras", "keras", "keras")
    stack: list[Any] = [keras.Input(model.input_shape[1:], dtype=model.dtype.name)]
    pairs = []
    for layer in model.layers:
        made = _layers(keras, layer, model.dtype.name)
        pairs.append((layer, made[0]))
        stack += made
    result = keras.Sequential(stack, name=model.name)
    for ours, theirs in pairs:
        arrays = ours.get_weights()
        if isinstance(ours, layers.Normalization) and arrays:
            theirs.set_weights([*arrays, np.zeros((), np.int32)])
            theirs.finalize_state()
        else:
            theirs.set_weights(arrays)
    return result


def _layers(keras: Any, layer: layers.Layer, dtype: str) -> list[Any]:
    """A layer of Keras, and perhaps a second one for the activation."""
    config = {**layer.get_config(), "dtype": dtype}
    behind = []
    if isinstance(config.get("activation"), dict):
        assert isinstance(layer, layers.Dense | layers.Activation)
        behind = [_activation(keras, layer, dtype)]
        config |= {"activation": "linear", "activity_regularizer": None}
    for argument, value in config.items():
        config[argument] = _argument(keras, layer, argument, value)
    kind = getattr(keras.layers, type(layer).__name__, None)
    if kind is None:
        raise ValueError(
            f"[to_keras] layers must be ones that Keras has, {layer.name!r} is a {type(layer).__qualname__}"
        )
    return [kind.from_config(config), *behind]


def _activation(keras: Any, layer: layers.Dense | layers.Activation, dtype: str) -> Any:
    """An activation with parameters as a layer."""
    activation: Activation = layer.activation
    kinds = {"elu": "ELU", "leaky_relu": "LeakyReLU", "relu": "ReLU"}
    if activation.name not in kinds:
        known = ", ".join(sorted(kinds))
        raise ValueError(
            f"[to_keras] an activation with parameters must be one of {known}, {layer.name!r} has {activation}"
        )
    regularizer = _argument(keras, layer, "activity_regularizer", layer.get_config().get("activity_regularizer"))
    common = {"activity_regularizer": regularizer, "dtype": dtype, "name": f"{layer.name}_{activation.name}"}
    return getattr(keras.layers, kinds[activation.name])(**activation.parameters, **common)


def _argument(keras: Any, layer: layers.Layer, argument: str, value: Any) -> Any:
    """The value of a config, objects of proxnet as Keras' objects."""
    if isinstance(value, dict) and value.get("class_name") == "__numpy__":
        return np.array(value["config"]["value"], value["config"]["dtype"])
    if not isinstance(value, dict) or "class_name" not in value:
        return value
    name, inner = value["class_name"], value["config"]
    module = getattr(keras, str(value["module"]).rpartition(".")[2], None)
    kind = getattr(module, name, None)
    if kind is None or "factors" in inner or "schedule" in inner:
        got = f"{name} with factors or schedule" if kind is not None else name
        raise ValueError(
            f"[to_keras] {argument} of layer {layer.name!r} must be one that Keras has, got {got}: assign None to it "
            "where predictions are all that matters"
        )
    return kind.from_config(inner)
