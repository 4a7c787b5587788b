"""The chain of operations of a network, a linear model, or a pipeline that ends in one."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import layers, linear_model
from ..activations import Activation
from ..models.conversion import as_network
from .chain import Affine, Chain, Columns, Labels, Operation, Product, check_writable

__all__ = ["linear_models", "read_chain"]


def read_chain(operation: str, model: Any) -> Chain:
    """The operations of a compact model. Errors begin with ``[operation]``.

    Raises
    ------
    TypeError, ValueError
        For any other model, one without weights, and for layers or steps that cannot be exported.
    """
    found = as_network(operation, model)
    network: Any = found.model
    shape = tuple(int(size or 0) for size in network.input_shape[1:])
    operations = [step for layer in network.compact().layers for step in _layer(operation, layer)]
    labels = None
    if found.classes is not None:
        last = operations[-1]
        probabilities = isinstance(last, Activation) and last.name in ("sigmoid", "softmax")
        operations = operations[:-1] if probabilities else operations
        labels = Labels(np.asarray(found.classes), probabilities, found.several)
    chain = Chain(shape, operations, network.dtype, labels)
    check_writable(operation, chain)
    return chain


def linear_models() -> tuple[type, ...]:
    """The classes of `proxnet.linear_model`."""
    return tuple(cls for cls in map(linear_model.__dict__.get, linear_model.__all__) if isinstance(cls, type))


def _layer(operation: str, layer: layers.Layer) -> list[Operation]:
    """What a layer computes in `predict`."""
    if isinstance(layer, layers.Dense):
        kernel = layer.kernel
        bias = np.zeros(kernel.shape[1], kernel.dtype) if layer.bias is None else layer.bias
        return [Product(kernel, bias), *_function(layer.activation)]
    if isinstance(layer, layers.Activation):
        return _function(layer.activation)
    if isinstance(layer, layers.BatchNormalization):
        scale = 1 / np.sqrt(np.asarray(layer.moving_variance, np.float64) + layer.epsilon)
        scale = scale if layer.gamma is None else scale * layer.gamma
        return [Affine(_columns(layer.moving_mean), scale, _columns(layer.beta))]
    if isinstance(layer, layers.Normalization):
        return [_normalization(layer)] if layer.mean is not None else []
    if isinstance(layer, layers.ColumnSelection):
        return [Columns(np.asarray(layer.columns))]
    if isinstance(layer, layers.Dropout | layers.Flatten | layers.ActivityRegularization):
        return []
    raise TypeError(f"[{operation}] layers must be of proxnet.layers, {layer.name!r} is a {type(layer).__qualname__}")


def _function(activation: Activation) -> list[Operation]:
    return [] if activation.name == "linear" else [activation]


def _columns(values: Any) -> np.ndarray | None:
    return None if values is None else np.asarray(values, np.float64)


def _normalization(layer: layers.Normalization) -> Affine:
    """(x - mean) / deviation or, inverted, x * deviation + mean; the deviation is at least Keras' 1e-7."""
    mean = _columns(layer.mean)
    deviation = np.maximum(np.sqrt(np.asarray(layer.variance, np.float64)), 1e-7)
    return Affine(None, deviation, mean) if layer.invert else Affine(mean, 1 / deviation)
