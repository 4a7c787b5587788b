"""Activations as C99 expressions."""

from __future__ import annotations

from typing import Any

from ..activations import Activation

__all__ = ["float_literal", "row_function", "scalar_function"]


def float_literal(value: Any) -> str:
    """A float32 as an exact hexadecimal C literal."""
    mantissa, exponent = float(value).hex().split("p")
    mantissa = mantissa.rstrip("0") if "." in mantissa else mantissa
    return f"{mantissa}{'0' if mantissa.endswith('.') else ''}p{exponent}f"


def scalar_function(activation: Activation) -> str | None:
    """The value at `v`, as an expression of float; None for a function of whole rows. NaN stays NaN."""
    name, parameters = activation.name, activation.parameters
    if name in ("relu", "leaky_relu"):
        return _relu(parameters["negative_slope"], parameters.get("max_value"))
    if name == "relu6":
        return _relu(0.0, 6.0)
    if name == "gelu":
        return _EXPRESSIONS["gelu_tanh" if parameters["approximate"] else "gelu"]
    if name == "elu":
        return f"v < 0.0f ? {_decimal(parameters['alpha'])} * expm1f(v) : v"
    return _EXPRESSIONS.get(name)


def _decimal(value: Any) -> str:
    return f"{float(value)!r}f"


def _relu(slope: float, ceiling: float | None) -> str:
    low = f"{_decimal(slope)} * v" if slope else "0.0f"
    high = "v" if ceiling is None else f"(v > {_decimal(ceiling)} ? {_decimal(ceiling)} : v)"
    return f"v < 0.0f ? {low} : {high}"


_SOFTPLUS = "((v > 0.0f ? v : 0.0f) + log1pf(expf(-fabsf(v))))"
_EXPRESSIONS = {
    "exponential": "expf(v)",
    "gelu": "0.5f * v * erfcf(-0.70710678118654752f * v)",
    "gelu_tanh": "v / (1.0f + expf(-1.5957691216057307f * (v + 0.044715f * v * v * v)))",
    "hard_sigmoid": "v < -3.0f ? 0.0f : v > 3.0f ? 1.0f : v / 6.0f + 0.5f",
    "mish": f"v * tanhf{_SOFTPLUS}",
    "selu": "v < 0.0f ? 1.7580993408473766f * expm1f(v) : 1.0507009873554805f * v",
    "sigmoid": "1.0f / (1.0f + expf(-v))",
    "silu": "v / (1.0f + expf(-v))",
    "softplus": _SOFTPLUS[1:-1],
    "softsign": "v / (1.0f + fabsf(v))",
    "tanh": "tanhf(v)",
}


def row_function(activation: Activation, row: str, columns: int) -> list[str]:
    """Statements for softmax and log_softmax of `row`, in place."""
    loop = f"for (size_t j = 0; j < {columns}; ++j)"
    lines = [
        f"float largest = {row}[0], sum = 0.0f;",
        f"{loop} largest = {row}[j] > largest ? {row}[j] : largest;",
    ]
    if activation.name == "softmax":
        return [
            *lines,
            f"{loop} sum += {row}[j] = expf({row}[j] - largest);",
            f"{loop} {row}[j] /= sum;",
        ]
    return [
        *lines,
        f"{loop} sum += expf({row}[j] - largest);",
        "largest += logf(sum);",
        f"{loop} {row}[j] -= largest;",
    ]
