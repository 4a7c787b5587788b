"""The chain of operations of a network, a linear model, or a pipeline that ends in one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import Sequential, _check, layers, linear_model
from ..activations import Activation
from .chain import Affine, Chain, Labels, Operation, Product, check_writable
from .dead_units import without_dead_units

__all__ = ["linear_models", "read_chain"]


def read_chain(operation: str, model: Any) -> Chain:
    """The operations of a model. Errors begin with ``[operation]``.

    Raises
    ------
    TypeError, ValueError
        For any other model, one without weights, and for layers or steps that cannot be exported.
    """
    if isinstance(model, Sequential):
        chain = _network(operation, model)
    elif isinstance(model, linear_models()):
        chain = _linear(operation, model)
    elif hasattr(model, "steps") and hasattr(model, "named_steps"):
        chain = _pipeline(operation, model)
    else:
        raise TypeError(
            f"[{operation}] model must be a Sequential, an estimator of proxnet.linear_model or a Pipeline that ends "
            f"in one, got {type(model).__module__}.{type(model).__qualname__}{_hint(model)}"
        )
    check_writable(operation, chain)
    return without_dead_units(chain)


def linear_models() -> tuple[type, ...]:
    """The classes of `proxnet.linear_model`."""
    return tuple(cls for cls in map(linear_model.__dict__.get, linear_model.__all__) if isinstance(cls, type))


def _hint(model: Any) -> str:
    """What to export instead."""
    if hasattr(model, "best_estimator_"):
        return ": export its best_estimator_"
    return ": from_sklearn converts it" if type(model).__module__.startswith("sklearn.") else ""


def _network(operation: str, model: Sequential) -> Chain:
    if not model.built:
        raise ValueError(f"[{operation}] the model must have weights: call build or fit first")
    operations: list[Operation] = []
    for layer in model.layers:
        operations += _layer(operation, layer)
    return Chain(tuple(int(size or 0) for size in model.input_shape[1:]), operations, model.dtype)


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


def _linear(operation: str, model: Any) -> Chain:
    if not hasattr(model, "coef_"):
        raise ValueError(f"[{operation}] {type(model).__name__} must be fitted: call fit first")
    coef = np.asarray(model.coef_.toarray() if hasattr(model.coef_, "toarray") else model.coef_)
    kernel = np.atleast_2d(coef).T
    bias = np.broadcast_to(np.asarray(model.intercept_, np.float64), (kernel.shape[1],))
    operations: list[Operation] = [Product(kernel, bias)]
    classes = getattr(model, "classes_", None)
    if classes is not None:
        several = bool(getattr(model, "_multilabel", False))
        labels = Labels(np.asarray(classes), hasattr(model, "predict_proba"), several)
        return Chain((len(kernel),), operations, coef.dtype, labels)
    if isinstance(model, linear_model.PoissonRegressor) or getattr(model, "loss", None) == "poisson":
        operations.append(Activation("exponential"))
    return Chain((len(kernel),), operations, coef.dtype)


# scikit-learn's transformers that are affine column by column, by the attributes of their fits; an attribute is None
# where the transformer leaves that part out.
_SCALERS: dict[str, Callable[[Any], Affine]] = {
    "StandardScaler": lambda step: _scaled(step.mean_, step.scale_),
    "RobustScaler": lambda step: _scaled(step.center_, step.scale_),
    "MaxAbsScaler": lambda step: _scaled(None, step.scale_),
    "MinMaxScaler": lambda step: Affine(None, _columns(step.scale_), _columns(step.min_)),
}


def _scaled(center: Any, scale: Any) -> Affine:
    return Affine(_columns(center), None if scale is None else 1 / np.asarray(scale, np.float64))


def _pipeline(operation: str, pipeline: Any) -> Chain:
    *before, (name, last) = pipeline.steps
    if not isinstance(last, linear_models()):
        raise TypeError(
            f"[{operation}] a Pipeline must end in an estimator of proxnet.linear_model, step {name!r} is a "
            f"{type(last).__qualname__}{_hint(last)}"
        )
    scalers: list[Operation] = []
    for name, step in before:
        if step is None or (isinstance(step, str) and step == "passthrough"):
            continue
        kind = type(step).__name__
        if kind not in _SCALERS or not type(step).__module__.startswith("sklearn.preprocessing"):
            known = ", ".join(sorted(_SCALERS))
            raise TypeError(f"[{operation}] the steps of a Pipeline must be {known}, step {name!r} is a {kind}")
        if getattr(step, "clip", False):
            raise ValueError(f"[{operation}] step {name!r} must have clip=False, got {_check.shown(step.clip)}")
        if not hasattr(step, "n_features_in_"):
            raise ValueError(f"[{operation}] step {name!r} must be fitted: call fit of the pipeline first")
        scaler = _SCALERS[kind](step)
        scalers += [scaler] if any(part is not None for part in scaler) else []
    chain = _linear(operation, last)
    return chain._replace(operations=[*scalers, *chain.operations])
