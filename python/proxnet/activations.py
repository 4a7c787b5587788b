"""Activations under Keras' names, as strings or as functions of arrays.

Write ``Dense(8, activation="elu")`` or ``activation=activations.elu``. For other parameters than the defaults write
``functools.partial(activations.elu, alpha=0.5)``, as in Keras, or ``Activation("elu", alpha=0.5)``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Unpack

import numpy as np

from . import _check, _core, data
from ._check.config import Value
from ._check.keywords import ActivationParameters
from ._check.missing import explain_missing

__all__ = [
    "Activation",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "hard_sigmoid",
    "leaky_relu",
    "linear",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "swish",
    "tanh",
]

_LATER = (
    "celu glu hard_shrink hard_silu hard_swish hard_tanh log_sigmoid soft_shrink sparse_plus sparse_sigmoid sparsemax "
    "squareplus tanh_shrink threshold"
).split()


class Activation(Value):
    """An activation by its name and parameters.

    Parameters
    ----------
    name : str
        A function of this module, in any capitals.
    **parameters
        The function's parameters: ``alpha`` of elu, ``approximate`` of gelu, ``negative_slope`` of leaky_relu,
        ``negative_slope`` and ``max_value`` of relu.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one, or a parameter out of its range.
    TypeError
        For a parameter that the function does not take.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.activations import Activation
    >>> Activation("leaky_relu", negative_slope=0.5)(np.array([-2.0, 3.0]))
    array([-1.,  3.])
    """

    _FIXED = True
    parameters: dict[str, Any]

    def __init__(self, name: str, **parameters: Unpack[ActivationParameters]) -> None:
        operation = "Activation"
        self.name = _check.look_up(operation, "activation", _check.text(operation, "name", name), _KNOWN, _LATER)
        defaults = _DEFAULTS[self.name]
        _check.refuse_keywords(self.name, {k: v for k, v in parameters.items() if k not in defaults}, defaults)
        self.parameters = defaults | parameters
        self._core_activation()

    def _core_activation(self) -> _core.Activation:
        name, given = self.name, self.parameters
        if name == "elu":
            return _core.Activation(name, _check.real(name, "alpha", given["alpha"], minimum=0))
        if name == "gelu" and _check.flag(name, "approximate", given["approximate"]):
            return _core.Activation("gelu_tanh")
        if name == "relu6":
            return _core.Activation("clipped_relu")
        if name not in ("relu", "leaky_relu"):
            return _core.Activation(name)
        slope = _check.real(name, "negative_slope", given["negative_slope"], minimum=0)
        if name == "leaky_relu":
            return _core.Activation(name, slope)
        if (threshold := _check.real(name, "threshold", given["threshold"])) != 0:
            raise ValueError(f"[relu] threshold must be 0: another exists in Keras but not here, got {threshold}")
        if given["max_value"] is not None:
            ceiling = _check.real(name, "max_value", given["max_value"], above=0)
            return _core.Activation("clipped_relu", slope, ceiling)
        return _core.Activation("leaky_relu", slope) if slope else _core.Activation("relu")

    def _given(self) -> dict[str, Any]:
        return {"name": self.name, **self.parameters}

    def _written(self) -> str | dict[str, Any]:
        return serialize(self)

    def __call__(self, x: Any) -> np.ndarray:
        """The function of an array, softmax and log_softmax over its last axis; float64 for float64, else float32."""
        array = data.raw(self.name, "x", x)
        if array.size == 0:
            return np.empty(array.shape, np.float32)
        array = data.numbers(self.name, "x", array, np.dtype(np.float64 if array.dtype == np.float64 else np.float32))
        rows = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
        return np.asarray(self._core_activation().apply(np.ascontiguousarray(rows))).reshape(array.shape)

    def __repr__(self) -> str:
        changed = {k: v for k, v in self.parameters.items() if v != _DEFAULTS[self.name][k]}
        return f"Activation({', '.join([repr(self.name), *(f'{k}={v!r}' for k, v in changed.items())])})"


def linear(x: Any) -> np.ndarray:
    """``x``."""
    return Activation("linear")(x)


def relu(x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> np.ndarray:
    """``min(max(x, 0), max_value)``, with `negative_slope` x for x < 0; Keras' `threshold` must be 0."""
    return Activation("relu", negative_slope=negative_slope, max_value=max_value, threshold=threshold)(x)


def relu6(x: Any) -> np.ndarray:
    """``min(max(x, 0), 6)``."""
    return Activation("relu6")(x)


def leaky_relu(x: Any, negative_slope: float = 0.2) -> np.ndarray:
    """``x`` for x >= 0, else ``negative_slope * x``."""
    return Activation("leaky_relu", negative_slope=negative_slope)(x)


def elu(x: Any, alpha: float = 1.0) -> np.ndarray:
    """``x`` for x >= 0, else ``alpha * (exp(x) - 1)`` [Clevert et al., 2016]."""
    return Activation("elu", alpha=alpha)(x)


def selu(x: Any) -> np.ndarray:
    """``1.0507 * elu(x, alpha=1.6733)``, which keeps mean 0 and variance 1 [Klambauer et al., 2017]."""
    return Activation("selu")(x)


def gelu(x: Any, approximate: bool = False) -> np.ndarray:
    """``x * P(Z <= x)`` for a standard normal Z, or its tanh approximation [Hendrycks and Gimpel, 2016]."""
    return Activation("gelu", approximate=approximate)(x)


def silu(x: Any) -> np.ndarray:
    """``x * sigmoid(x)``, also called swish [Ramachandran et al., 2017]."""
    return Activation("silu")(x)


swish = silu


def mish(x: Any) -> np.ndarray:
    """``x * tanh(softplus(x))`` [Misra, 2019]."""
    return Activation("mish")(x)


def softplus(x: Any) -> np.ndarray:
    """``log(1 + exp(x))``."""
    return Activation("softplus")(x)


def softsign(x: Any) -> np.ndarray:
    """``x / (1 + abs(x))``."""
    return Activation("softsign")(x)


def sigmoid(x: Any) -> np.ndarray:
    """``1 / (1 + exp(-x))``."""
    return Activation("sigmoid")(x)


def hard_sigmoid(x: Any) -> np.ndarray:
    """``x / 6 + 1 / 2``, cut to [0, 1]."""
    return Activation("hard_sigmoid")(x)


def tanh(x: Any) -> np.ndarray:
    """Hyperbolic tangent."""
    return Activation("tanh")(x)


def exponential(x: Any) -> np.ndarray:
    """``exp(x)``."""
    return Activation("exponential")(x)


def softmax(x: Any) -> np.ndarray:
    """``exp(x) / sum(exp(x))`` over the last axis."""
    return Activation("softmax")(x)


def log_softmax(x: Any) -> np.ndarray:
    """``x - log(sum(exp(x)))`` over the last axis."""
    return Activation("log_softmax")(x)


_FUNCTIONS: dict[Callable[..., Any], str] = {
    function: name
    for name in __all__
    if name.islower() and (function := globals().get(name)) and name not in ("get", "serialize", "deserialize", "swish")
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    name: {each.name: each.default for each in [*inspect.signature(function).parameters.values()][1:]}
    for function, name in _FUNCTIONS.items()
}
_KNOWN = {**{name: name for name in _DEFAULTS}, "swish": "silu"}


def get(identifier: Any, operation: str = "activations.get") -> Activation:
    """An activation from its name, a function, a dict or itself.

    Parameters
    ----------
    identifier : str, function of this module, functools.partial of one, Activation, dict or None
        A name in any capitals; None is "linear"; a dict as `serialize` makes it.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For anything else: other Python functions cannot run inside the core.

    Examples
    --------
    >>> import functools
    >>> from proxnet import activations
    >>> activations.get(functools.partial(activations.elu, alpha=0.5))
    Activation('elu', alpha=0.5)
    """
    _check.text("get", "operation", operation)
    if identifier is None:
        return Activation("linear")
    if isinstance(identifier, Activation):
        return identifier
    if isinstance(identifier, str):
        return Activation(_check.look_up(operation, "activation", identifier, _KNOWN, _LATER))
    if isinstance(identifier, Mapping):
        if not all(isinstance(name, str) for name in identifier) or "name" not in identifier:
            raise TypeError(f"[{operation}] an activation's dict must have a 'name', got {_check.shown(identifier)}")
        return Activation(**identifier)
    function, parameters = identifier, {}
    if isinstance(identifier, functools.partial) and not identifier.args:
        function, parameters = identifier.func, identifier.keywords
    try:
        name = _FUNCTIONS.get(function)
    except TypeError:  # not hashable
        name = None
    if name is None:
        raise TypeError(
            f"[{operation}] activation must be a name ({', '.join(sorted(_KNOWN))}), a function of "
            f"proxnet.activations, a functools.partial of one, or None, got {type(identifier).__qualname__}: "
            "other Python functions cannot run inside the core"
        )
    return Activation(name, **parameters)


def serialize(activation: Activation) -> str | dict[str, Any]:
    """The name, or a dict for `deserialize` where a parameter is not the default."""
    if not isinstance(activation, Activation):
        raise TypeError(f"[activations.serialize] activation must be an Activation, got {_check.shown(activation)}")
    if activation == Activation(activation.name):
        return activation.name
    return activation.get_config()


def deserialize(config: Any) -> Activation:
    """The activation that `serialize` wrote."""
    return get(config, "activations.deserialize")


explain_missing(__name__)
