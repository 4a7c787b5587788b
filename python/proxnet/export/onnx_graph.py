"""An ONNX graph while it is being made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..activations import Activation

__all__ = ["OnnxGraph"]


class OnnxGraph:
    """Nodes and constants. Each method adds a value to the graph and returns its name."""

    def __init__(self, onnx: Any, dtype: np.dtype) -> None:
        self._onnx, self.dtype = onnx, dtype
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def _unique(self, name: str) -> str:
        return f"{name}_{len(self.nodes) + len(self.constants)}"

    def node(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """The output of an operator of ONNX."""
        name = name or self._unique(kind.lower())
        self.nodes.append(self._onnx.helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, value: Any, name: str = "constant") -> str:
        """An array, or one number, in the graph's dtype; integers and strings stay what they are."""
        array = np.asarray(value)
        array = array.astype(self.dtype) if array.dtype.kind == "f" else array
        name = self._unique(name)
        self.constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def affine(self, x: str, subtract: Any, factor: Any, add: Any) -> str:
        """(x - subtract) * factor + add."""
        for kind, array in (("Sub", subtract), ("Mul", factor), ("Add", add)):
            x = x if array is None else self.node(kind, x, self.constant(array, kind.lower()))
        return x

    def product(self, x: str, kernel: np.ndarray, bias: np.ndarray) -> str:
        """x @ kernel + bias."""
        return self.node("Gemm", x, self.constant(kernel, "kernel"), self.constant(bias, "bias"))

    def activation(self, operation: str, x: str, activation: Activation) -> str:
        """An activation of proxnet.activations of a value."""
        name, parameters = activation.name, activation.parameters
        if name == "gelu" and not parameters["approximate"] and self.dtype == np.float64:
            raise ValueError(
                f"[{operation}] gelu in float64 must have approximate=True: ONNX Runtime has its Erf in float32 alone"
            )
        return _ACTIVATIONS[name](self, x, parameters)


def _standard(kind: str, **fixed: Any) -> Callable[[OnnxGraph, str, dict[str, Any]], str]:
    """An activation that ONNX has as an operator, its parameters under other names."""
    return lambda graph, x, parameters: graph.node(kind, x, **fixed)


def _relu(graph: OnnxGraph, x: str, parameters: dict[str, Any]) -> str:
    slope, ceiling = float(parameters["negative_slope"]), parameters.get("max_value")
    x = graph.node("LeakyRelu", x, alpha=slope) if slope else graph.node("Relu", x)
    return x if ceiling is None else graph.node("Min", x, graph.constant(float(ceiling)))


def _relu6(graph: OnnxGraph, x: str, parameters: dict[str, Any]) -> str:
    return graph.node("Min", graph.node("Relu", x), graph.constant(6.0))


def _elu(graph: OnnxGraph, x: str, parameters: dict[str, Any]) -> str:
    return graph.node("Elu", x, alpha=float(parameters["alpha"]))


def _silu(graph: OnnxGraph, x: str, parameters: dict[str, Any]) -> str:
    return graph.node("Mul", x, graph.node("Sigmoid", x))


def _gelu(graph: OnnxGraph, x: str, parameters: dict[str, Any]) -> str:
    """x (1 + erf(x / sqrt 2)) / 2, or x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2."""
    if parameters["approximate"]:
        cube = graph.node("Mul", graph.node("Mul", x, x), x)
        inner = graph.node("Add", x, graph.node("Mul", cube, graph.constant(0.044715)))
        sigmoidal = graph.node("Tanh", graph.node("Mul", inner, graph.constant(np.sqrt(2 / np.pi))))
    else:
        sigmoidal = graph.node("Erf", graph.node("Mul", x, graph.constant(np.sqrt(0.5))))
    half = graph.node("Mul", x, graph.constant(0.5))
    return graph.node("Mul", half, graph.node("Add", sigmoidal, graph.constant(1.0)))


_ACTIVATIONS: dict[str, Callable[[OnnxGraph, str, dict[str, Any]], str]] = {
    "elu": _elu,
    "exponential": _standard("Exp"),
    "gelu": _gelu,
    "hard_sigmoid": _standard("HardSigmoid", alpha=1 / 6, beta=0.5),
    "leaky_relu": _relu,
    "log_softmax": _standard("LogSoftmax", axis=-1),
    "mish": _standard("Mish"),
    "relu": _relu,
    "relu6": _relu6,
    "selu": _standard("Selu"),
    "sigmoid": _standard("Sigmoid"),
    "silu": _silu,
    "softmax": _standard("Softmax", axis=-1),
    "softplus": _standard("Softplus"),
    "softsign": _standard("Softsign"),
    "tanh": _standard("Tanh"),
}
