"""Names of the functions at the end of a dense layer; the core computes them."""

from __future__ import annotations

from typing import Any

from . import _core, _names

__all__ = ["get", "linear", "relu", "sigmoid", "softmax", "tanh"]

linear = "linear"
relu = "relu"
sigmoid = "sigmoid"
softmax = "softmax"
tanh = "tanh"

_KNOWN = {name: name for name in (linear, relu, sigmoid, softmax, tanh)}
_LATER = _names.words(
    "elu selu gelu silu swish softplus softsign hard_sigmoid leaky_relu relu6 mish exponential log_softmax"
)


def get(identifier: Any, operation: str = "activations.get") -> str:
    """The name of an activation.

    Parameters
    ----------
    identifier : str or None
        ``"linear"``, ``"relu"``, ``"sigmoid"``, ``"tanh"``, ``"softmax"`` in any capitals, one of this module's
        constants, or None for ``"linear"``.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For anything else: a Python function cannot run inside the core.
    """
    if identifier is None:
        return linear
    if isinstance(identifier, str):
        return _names.look_up(operation, "activation", identifier, _KNOWN, _LATER)
    raise TypeError(
        f"[{operation}] activation must be a name ({', '.join(sorted(_KNOWN))}) or None, "
        f"got {type(identifier).__qualname__}: Python functions cannot run inside the core"
    )


def core(name: str) -> _core.Activation:
    """The core's activation of this name."""
    return _core.Activation[name]
