"""PyTorch's models as proxnet's, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import Sequential, layers
from ..activations import Activation
from .extras import extra

__all__ = ["from_torch", "to_torch"]


def to_torch(model: Sequential) -> Any:
    """A torch.nn.Sequential with the weights of a proxnet model.

    Parameters
    ----------
    model : Sequential
        With weights.

    Returns
    -------
    torch.nn.Sequential
        In evaluation mode. Its modules have the layers' names, so that its `state_dict` has the entries "dense.weight"
        (units, inputs), "dense.bias", ...; the activation of a layer is a module "dense_activation" of its own.

    Raises
    ------
    TypeError, ValueError
        For a model without weights, and for `exponential`, which torch.nn has not.
    ModuleNotFoundError
        Without PyTorch.

    Notes
    -----
    Penalties, constraints and regularizers of outputs have no counterpart in torch.nn and are left out. A Normalization
    is a BatchNorm1d with eps=0 and momentum=0: leave it in evaluation mode.

    Examples
    --------
    >>> import proxnet
    >>> from proxnet.export import to_torch
    >>> model = proxnet.Sequential([proxnet.layers.Dense(1, input_dim=4, name="line")])
    >>> list(to_torch(model).state_dict())  # doctest: +SKIP
    ['line.weight', 'line.bias']
    """
    if not isinstance(model, Sequential):
        raise TypeError(f"[to_torch] model must be a Sequential, got {type(model).__qualname__}")
    if not model.built:
        raise ValueError("[to_torch] the model must have weights: call build or fit first")
    torch = extra("to_torch", "torch", "torch")
    result = torch.nn.Sequential().to(getattr(torch, model.dtype.name))
    columns: Any = model.input_shape[-1]
    for layer in model.layers:
        for suffix, module in _modules(torch, layer, columns).items():
            result.add_module(layer.name.replace(".", "_") + suffix, module.to(getattr(torch, model.dtype.name)))
        columns = layer.units if isinstance(layer, layers.Dense) else columns
        if isinstance(layer, layers.Flatten):
            columns = model.input_columns
    return result.eval()


def _modules(torch: Any, layer: layers.Layer, columns: int) -> dict[str, Any]:
    """The modules of a layer, by what their names end with."""
    nn = torch.nn
    if isinstance(layer, layers.Dense):
        linear = nn.Linear(columns, layer.units, bias=layer.use_bias, dtype=getattr(torch, layer.kernel.dtype.name))
        _fill(torch, linear.weight, layer.kernel.T)
        _fill(torch, linear.bias, layer.bias)
        return {"": linear, **_function(nn, layer, layer.activation, "_activation")}
    if isinstance(layer, layers.Activation):
        return _function(nn, layer, layer.activation, "")
    if isinstance(layer, layers.BatchNormalization):
        norm = nn.BatchNorm1d(
            columns, eps=layer.epsilon, momentum=1 - layer.momentum, affine=layer.scale or layer.center
        ).to(torch.float64)
        _fill(torch, norm.running_mean, layer.moving_mean)
        _fill(torch, norm.running_var, layer.moving_variance)
        _fill(torch, norm.weight, layer.gamma)
        _fill(torch, norm.bias, layer.beta)
        return {"": norm}
    if isinstance(layer, layers.Normalization):
        return {"": _normalization(torch, layer, columns)}
    if isinstance(layer, layers.Dropout):
        return {"": nn.Dropout(layer.rate)}
    if isinstance(layer, layers.Flatten):
        return {"": nn.Flatten()}
    if isinstance(layer, layers.ActivityRegularization):
        return {}
    raise TypeError(f"[to_torch] layers must be of proxnet.layers, {layer.name!r} is a {type(layer).__qualname__}")


def _fill(torch: Any, tensor: Any, values: Any) -> None:
    """Copy numbers into a parameter or buffer, where there is one and there are any."""
    if tensor is not None and values is not None:
        with torch.no_grad():
            tensor.copy_(torch.from_numpy(np.array(values)))


def _normalization(torch: Any, layer: layers.Normalization, columns: int) -> Any:
    """(x - mean) / sqrt(variance) as the moving moments of a BatchNorm1d, or its inverse as weight and bias."""
    norm = torch.nn.BatchNorm1d(columns, eps=0.0, momentum=0.0, affine=layer.invert).to(torch.float64)
    mean = np.broadcast_to(0.0 if layer.mean is None else layer.mean, columns).astype(np.float64)
    variance = np.broadcast_to(1.0 if layer.variance is None else layer.variance, columns).astype(np.float64)
    variance = np.maximum(variance, 1e-14)
    if layer.invert:
        _fill(torch, norm.weight, np.sqrt(variance))
        _fill(torch, norm.bias, mean)
    else:
        _fill(torch, norm.running_mean, mean)
        _fill(torch, norm.running_var, variance)
    return norm.requires_grad_(False)


_TO_TORCH: dict[str, str] = {
    "hard_sigmoid": "Hardsigmoid",
    "mish": "Mish",
    "relu6": "ReLU6",
    "selu": "SELU",
    "sigmoid": "Sigmoid",
    "silu": "SiLU",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "tanh": "Tanh",
}


def _function(nn: Any, layer: layers.Layer, activation: Activation, suffix: str) -> dict[str, Any]:
    """The modules of an activation."""
    name, parameters = activation.name, activation.parameters
    if name == "linear":
        return {}
    if name in _TO_TORCH:
        return {suffix: getattr(nn, _TO_TORCH[name])()}
    if name in ("softmax", "log_softmax"):
        return {suffix: (nn.Softmax if name == "softmax" else nn.LogSoftmax)(dim=-1)}
    if name == "gelu":
        return {suffix: nn.GELU("tanh" if parameters["approximate"] else "none")}
    if name == "elu":
        return {suffix: nn.ELU(float(parameters["alpha"]))}
    if name in ("relu", "leaky_relu"):
        slope, ceiling = float(parameters["negative_slope"]), parameters.get("max_value")
        if ceiling is None:
            return {suffix: nn.LeakyReLU(slope) if slope else nn.ReLU()}
        capped = nn.Hardtanh(-np.inf if slope else 0.0, float(ceiling))
        return {suffix: nn.LeakyReLU(slope), f"{suffix}_max": capped} if slope else {suffix: capped}
    raise ValueError(f"[to_torch] activations must be ones that torch.nn has, {layer.name!r} has {activation}")


def from_torch(module: Any) -> Sequential:
    """A proxnet model with the architecture and weights of a torch.nn.Sequential.

    Parameters
    ----------
    module : torch.nn.Sequential
        Of Linear, BatchNorm1d, Dropout, Flatten, Identity, activations, and Sequentials of these; parameters float32 or
        float64. An activation behind a Linear becomes the dense layer's own.

    Returns
    -------
    Sequential
        Not compiled. Modules with names of their own give them to their layers.

    Raises
    ------
    TypeError, ValueError
        For any other module, and for one without a Linear.

    Examples
    --------
    >>> import torch  # doctest: +SKIP
    >>> from proxnet.export import from_torch  # doctest: +SKIP
    >>> model = from_torch(torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU()))  # doctest: +SKIP
    """
    if type(module).__name__ != "Sequential" or type(module).__module__.partition(".")[0] != "torch":
        got = f"{type(module).__module__}.{type(module).__qualname__}"
        raise TypeError(f"[from_torch] module must be a torch.nn.Sequential, got {got}")
    stack: list[tuple[layers.Layer, list[np.ndarray]]] = []
    for name, part in _flat(module):
        _add_layer(stack, name, part)
    kernels = [arrays[0] for layer, arrays in stack if isinstance(layer, layers.Dense)]
    if not kernels:
        raise ValueError("[from_torch] module must have a Linear, it has none")
    first = next(arrays[0] for _, arrays in stack if arrays)
    model = Sequential([layer for layer, _ in stack], dtype=kernels[0].dtype)
    model.build((None, len(first)))
    for layer, arrays in stack:
        layer.set_weights(arrays)
    return model


def _flat(module: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """(name, module) of all parts, those of nested Sequentials too; "" for names that are numbers."""
    parts: list[tuple[str, Any]] = []
    for name, part in module.named_children():
        full = f"{prefix}_{name}" if prefix else name
        if type(part).__name__ == "Sequential":
            parts += _flat(part, full)
        else:
            parts.append(("" if full.replace("_", "").isdigit() else full, part))
    return parts


def _add_layer(stack: list[tuple[layers.Layer, list[np.ndarray]]], name: str, part: Any) -> None:
    kind, named = type(part).__name__, name or None
    if kind == "Linear":
        arrays = [_array(part.weight).T, *([] if part.bias is None else [_array(part.bias)])]
        stack.append((layers.Dense(part.out_features, use_bias=part.bias is not None, name=named), arrays))
    elif kind == "BatchNorm1d":
        if part.running_mean is None or part.momentum is None:
            raise ValueError(f"[from_torch] BatchNorm1d must have running statistics and a momentum, {name!r} has none")
        affine = part.weight is not None
        arrays = [_array(part.weight), _array(part.bias)] if affine else []
        norm = layers.BatchNormalization(
            momentum=1 - part.momentum, epsilon=max(part.eps, 1e-30), center=affine, scale=affine, name=named
        )
        stack.append((norm, [*arrays, _array(part.running_mean), _array(part.running_var)]))
    elif kind == "Dropout":
        stack.append((layers.Dropout(part.p, name=named), []))
    elif kind == "Flatten":
        if stack:
            raise ValueError(f"[from_torch] Flatten must be the first module, {name!r} is behind {stack[-1][0].name!r}")
    elif kind != "Identity":
        activation = _from_function(name, part)
        last = stack[-1][0] if stack else None
        if isinstance(last, layers.Dense) and last.activation.name == "linear":
            last.activation = activation
        else:
            stack.append((layers.Activation(activation, name=named), []))


def _array(tensor: Any) -> np.ndarray:
    array: np.ndarray = tensor.detach().cpu().numpy()
    if array.dtype not in (np.float32, np.float64):
        raise ValueError(f"[from_torch] parameters must be float32 or float64, got {array.dtype}")
    return array


_FROM_TORCH: dict[str, Callable[[Any], Activation]] = {
    **{kind: lambda part, name=name: Activation(name) for name, kind in _TO_TORCH.items()},  # type: ignore[misc]
    "ELU": lambda part: Activation("elu", alpha=part.alpha),
    "GELU": lambda part: Activation("gelu", approximate=part.approximate == "tanh"),
    "LeakyReLU": lambda part: Activation("leaky_relu", negative_slope=part.negative_slope),
    "LogSoftmax": lambda part: Activation("log_softmax"),
    "ReLU": lambda part: Activation("relu"),
    "Softmax": lambda part: Activation("softmax"),
}


def _from_function(name: str, part: Any) -> Activation:
    kind = type(part).__name__
    if kind == "Hardtanh" and part.min_val == 0:
        return Activation("relu", max_value=part.max_val)
    if kind not in _FROM_TORCH:
        known = ", ".join(sorted({*_FROM_TORCH, "BatchNorm1d", "Dropout", "Flatten", "Identity", "Linear"}))
        raise TypeError(f"[from_torch] modules must be {known}, {name or 'one'!r} is a {kind}")
    if getattr(part, "dim", 1) not in (1, -1):
        raise ValueError(f"[from_torch] {kind} must be over the columns, dim=1 or -1, got dim={part.dim}")
    if kind == "Softplus" and part.beta != 1:
        raise ValueError(f"[from_torch] Softplus must have beta=1, got {part.beta}")
    return _FROM_TORCH[kind](part)
