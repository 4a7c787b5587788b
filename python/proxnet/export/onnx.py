"""ONNX files of networks, linear models and pipelines."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import Sequential, __version__, _check
from ..activations import Activation
from .chain import Affine, Chain, Columns, Labels, Product, TwoSigmoids, check_writable
from .extras import extra
from .onnx_graph import OnnxGraph
from .output_file import write_file
from .reader import read_chain

__all__ = ["to_onnx"]

_OPSET, _IR_VERSION = 18, 8  # ONNX 1.13 of 2022: the oldest with Mish
_LIMIT = 2**31 - 1  # bytes of a protobuf message


def to_onnx(model: Any, path: Any, dtype: Any = None) -> None:
    """Write an ONNX file that predicts as the model does.

    Parameters
    ----------
    model : Sequential, estimator of `proxnet.linear_model`, or scikit-learn Pipeline
        With weights. The steps of a Pipeline before its estimator may be StandardScaler, RobustScaler, MaxAbsScaler
        and MinMaxScaler.
    path : str or path
    dtype : {"float32", "float64"}, optional
        Of the input, the arithmetic and the outputs. Default: that of the model's weights, which is float64 for a
        linear model fitted to float64.

    Raises
    ------
    TypeError, ValueError
        For a model without weights, and for layers or steps that have no counterpart.
    ModuleNotFoundError
        Without the package onnx: ``pip install "proxnet[export]"``.

    Notes
    -----
    The input is "X" of shape (rows, columns). The outputs have skl2onnx' names:

    - network: "output" of shape (rows, outputs);
    - regressor: "variable" of shape (rows, targets), also where `predict` gives a vector;
    - classifier: "label" of shape (rows,), and "probabilities" of shape (rows, classes) where there is a
      `predict_proba`, else "scores" of shape (rows, 1 or classes). A ridge classifier of several labels gives a label
      of shape (rows, labels).

    Labels are int64 or strings; labels that are bool or whole floats become int64.

    Predictions agree with the model's to rounding. Scalers and normalizations are not multiplied into the kernel behind
    them, which would cancel where a mean is far larger than its deviation: they are Sub, Mul and Add nodes.
    BatchNormalization is (x - mean) * (gamma / sqrt(variance + epsilon)) + beta. Dropout is left out. The model is
    made compact first: inputs in use are gathered from the full row, and dead units are left out.

    Examples
    --------
    >>> import proxnet
    >>> from proxnet.export import to_onnx
    >>> model = proxnet.Sequential([proxnet.Input((4,)), proxnet.layers.Dense(2, "relu"), proxnet.layers.Dense(1)])
    >>> to_onnx(model, "model.onnx")  # doctest: +SKIP
    """
    chain = read_chain("to_onnx", model)
    if dtype is not None:
        name = _check.dtype_name("to_onnx", dtype)
        chain = chain._replace(dtype=np.dtype(_check.choice("to_onnx", "dtype", name, ("float32", "float64"))))
        check_writable("to_onnx", chain)
    numbers = sum(step.kernel.size for step in chain.operations if isinstance(step, Product))
    if numbers * chain.dtype.itemsize > _LIMIT:
        raise ValueError(f"[to_onnx] the weights must fit an ONNX file of {_LIMIT} bytes, got {numbers} weights")
    onnx = extra("to_onnx", "onnx", '"proxnet[export]"')
    output = "output" if isinstance(model, Sequential) else "variable"
    write_file("to_onnx", path, _model(onnx, chain, output).SerializeToString())


def _model(onnx: Any, chain: Chain, output: str) -> Any:
    """The checked ModelProto; `output` is the name of predictions that are no labels."""
    graph = OnnxGraph(onnx, chain.dtype)
    x = "X" if len(chain.input_shape) == 1 else graph.node("Flatten", "X", axis=1)
    for operation in chain.operations:
        if isinstance(operation, Affine):
            x = graph.affine(x, *operation)
        elif isinstance(operation, Columns):
            x = graph.node("Gather", x, graph.constant(operation.numbers.astype(np.int64), "columns"), axis=1)
        elif isinstance(operation, Product):
            x = graph.product(x, *operation)
        elif isinstance(operation, Activation):
            x = graph.activation("to_onnx", x, operation)
    number = onnx.helper.np_dtype_to_tensor_dtype(chain.dtype)
    if chain.labels is None:
        x = graph.node("Identity", x, name=output)
        results = [(output, number, ("rows", chain.outputs))]
    else:
        results = _outputs(onnx, graph, x, chain, chain.labels, number)
    made = onnx.helper.make_graph(
        graph.nodes,
        "proxnet",
        [onnx.helper.make_tensor_value_info("X", number, ("rows", *chain.input_shape))],
        [onnx.helper.make_tensor_value_info(*result) for result in results],
        graph.constants,
    )
    opset = onnx.helper.make_opsetid("", _OPSET)
    model = onnx.helper.make_model(made, opset_imports=[opset], ir_version=_IR_VERSION)
    model.producer_name, model.producer_version = "proxnet", __version__
    onnx.checker.check_model(model, full_check=True)
    return model


def _outputs(onnx: Any, graph: OnnxGraph, scores: str, chain: Chain, labels: Labels, number: int) -> list[Any]:
    """(name, type, shape) of a classifier's outputs."""
    integer = onnx.TensorProto.INT64
    label: tuple[str, int, tuple[Any, ...]]
    zero = graph.constant(0.0, "zero")
    if labels.several:
        graph.node("Cast", graph.node("Greater", scores, zero), name="label", to=integer)
        label = ("label", integer, ("rows", chain.outputs))
    else:
        if chain.outputs == 1:
            positive = graph.node("Greater", graph.node("Squeeze", scores, graph.constant(np.array([1]))), zero)
            index = graph.node("Cast", positive, to=integer)
        else:
            index = graph.node("ArgMax", scores, axis=1, keepdims=0)
        table, kind = _class_table(onnx, labels.classes)
        graph.node("Gather", graph.constant(table, "classes"), index, name="label")
        label = ("label", kind, ("rows",))
    probabilities = chain.probabilities
    if probabilities is None:
        graph.node("Identity", scores, name="scores")
        return [label, ("scores", number, ("rows", chain.outputs))]
    if isinstance(probabilities, TwoSigmoids):
        negative = graph.node("Sigmoid", graph.node("Neg", scores))
        graph.node("Concat", negative, graph.node("Sigmoid", scores), name="probabilities", axis=1)
    else:
        graph.node("Softmax", scores, name="probabilities", axis=1)
    return [label, ("probabilities", number, ("rows", len(labels.classes)))]


def _class_table(onnx: Any, classes: np.ndarray) -> tuple[np.ndarray, int]:
    """The classes as a tensor and its type: integers or strings."""
    if classes.dtype.kind in "iub":
        return classes.astype(np.int64), onnx.TensorProto.INT64
    if classes.dtype.kind == "f":
        whole = classes == np.floor(classes)
        if whole.all():
            return classes.astype(np.int64), onnx.TensorProto.INT64
        raise ValueError(f"[to_onnx] labels must be integers or strings, got {_check.shown(classes.tolist())}")
    return np.array([str(label) for label in classes], dtype=object), onnx.TensorProto.STRING
