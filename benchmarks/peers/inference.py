"""Times of prediction beside ONNX Runtime, torch and mlpfile: one row and many, dense and sparse, in one process.

    python benchmarks/peers/inference.py [--threads 1] [--json FILE]

Each contestant predicts the same rows with the same weights; calls are interleaved, and the median and the 99th
percentile of the calls are shown. ONNX Runtime is called in its three ways: `run`, `run_with_ort_values` with values
made before, and IO binding.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import proxnet
from proxnet.layers import Dense

NETWORKS = {
    "64x64": (64, [64]),
    "40-100-100-10": (40, [100, 100, 10]),
    "seed100": (100, [128, 64, 1]),
    "lenet300": (784, [300, 100, 10]),
    "mlp1024": (784, [1024, 1024, 10]),
}


def network(inputs: int, units: list[int], zeros: float, seed: int = 0) -> proxnet.Sequential:
    """relu between the layers, nothing behind the last; a share of the weights is zero, at random."""
    layers = [Dense(n, activation="relu" if k + 1 < len(units) else None) for k, n in enumerate(units)]
    model = proxnet.Sequential([proxnet.Input((inputs,)), *layers])
    rng = np.random.default_rng(seed)
    weights = model.get_weights()
    for array in weights:
        if array.ndim == 2:
            array *= rng.random(array.shape) >= zeros
        else:
            array[:] = rng.normal(scale=0.1, size=array.shape)
    model.set_weights(weights)
    return model


def onnx_session(model: proxnet.Sequential, threads: int) -> Any:
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes, initializers, name = [], [], "x"
    for k, layer in enumerate(model.layers):
        w, b = layer.get_weights()
        initializers += [numpy_helper.from_array(w, f"w{k}"), numpy_helper.from_array(b, f"b{k}")]
        nodes.append(helper.make_node("Gemm", [name, f"w{k}", f"b{k}"], [f"z{k}"]))
        name = f"z{k}"
        if layer.activation.name == "relu":
            nodes.append(helper.make_node("Relu", [name], [f"h{k}"]))
            name = f"h{k}"
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "mlp",
        [value("x", TensorProto.FLOAT, ["n", model.input_columns])],
        [value(name, TensorProto.FLOAT, ["n", model.output_shape[1]])],
        initializers,
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    onnx_model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return onnxruntime.InferenceSession(onnx_model.SerializeToString(), options, ["CPUExecutionProvider"])


def onnx_calls(model: proxnet.Sequential, x: np.ndarray, threads: int) -> dict[str, Callable[[], Any]]:
    try:
        import onnxruntime
    except ImportError:
        return {}
    session = onnx_session(model, threads)
    feed, out = {"x": x}, session.get_outputs()[0].name
    value = onnxruntime.OrtValue.ortvalue_from_numpy(x)
    result = onnxruntime.OrtValue.ortvalue_from_shape_and_type([len(x), model.output_shape[1]], np.float32)
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", value)
    binding.bind_ortvalue_output(out, result)
    return {
        "ort run": lambda: session.run(None, feed),
        "ort values": lambda: session.run_with_ort_values([out], {"x": value}),
        "ort binding": lambda: session.run_with_iobinding(binding),
    }


def torch_calls(model: proxnet.Sequential, x: np.ndarray, threads: int, sparse: bool) -> dict[str, Callable[[], Any]]:
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(threads)
    steps: list[Any] = []
    for layer in model.layers:
        w, b = layer.get_weights()
        steps.append((torch.from_numpy(w.T.copy()), torch.from_numpy(b), layer.activation.name == "relu"))
    rows = torch.from_numpy(x)
    columns = rows.T.contiguous()
    compressed = [(w.to_sparse_csr(), b[:, None], relu) for w, b, relu in steps] if sparse else []

    @torch.inference_mode()
    def dense() -> Any:
        h = rows
        for w, b, relu in steps:
            h = torch.nn.functional.linear(h, w, b)
            h = h.relu() if relu else h
        return h

    @torch.inference_mode()
    def csr() -> Any:
        h = columns
        for w, b, relu in compressed:
            h = w @ h + b
            h = h.relu() if relu else h
        return h

    return {"torch": dense} | ({"torch csr": csr} if sparse else {})


def mlpfile_calls(model: proxnet.Sequential, x: np.ndarray, folder: str) -> dict[str, Callable[[], Any]]:
    """One row at a time is all that mlpfile does."""
    try:
        import mlpfile
        import mlpfile.torch
        import torch
    except ImportError:
        return {}
    if len(x) > 1:
        return {}
    layers: list[Any] = []
    for layer in model.layers:
        w, b = layer.get_weights()
        linear = torch.nn.Linear(*w.shape)
        linear.weight.data, linear.bias.data = torch.from_numpy(w.T.copy()), torch.from_numpy(b)
        layers += [linear, torch.nn.ReLU()] if layer.activation.name == "relu" else [linear]
    path = f"{folder}/mlp"
    mlpfile.torch.write(torch.nn.Sequential(*layers), path)
    loaded, row = mlpfile.Model.load(path), x[0]
    return {"mlpfile": lambda: loaded.forward(row)}


def measure(calls: dict[str, Callable[[], Any]], seconds: float) -> dict[str, tuple[float, float]]:
    """Median and 99th percentile of a call in microseconds; the contestants take turns."""
    for call in calls.values():
        for _ in range(20):
            call()
    times: dict[str, list[int]] = {name: [] for name in calls}
    end = time.perf_counter() + seconds
    clock = time.perf_counter_ns
    while time.perf_counter() < end:
        for name, call in calls.items():
            for _ in range(10):
                began = clock()
                call()
                times[name].append(clock() - began)
    return {name: (statistics.median(t) / 1e3, float(np.percentile(t, 99)) / 1e3) for name, t in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each table's line (1)")
    parser.add_argument("--only", nargs="*", default=list(NETWORKS), choices=list(NETWORKS))
    parser.add_argument("--zeros", nargs="*", type=float, default=[0.0, 0.9])
    parser.add_argument("--rows", nargs="*", type=int, default=[1, 16, 1024])
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    proxnet.set_num_threads(options.threads)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only:
            for zeros in options.zeros:
                model = network(*NETWORKS[name], zeros)
                predictor = model.predictor()
                for rows in options.rows:
                    x = np.random.default_rng(1).normal(size=(rows, NETWORKS[name][0])).astype("f")
                    calls: dict[str, Callable[[], Any]] = {"predictor": lambda p=predictor, x=x: p.predict(x)}
                    calls |= {"model.predict": lambda m=model, x=x: m.predict(x, verbose=0)}
                    calls |= onnx_calls(model, x, options.threads)
                    calls |= torch_calls(model, x, options.threads, zeros > 0)
                    calls |= mlpfile_calls(model, x, folder)
                    found = measure(calls, options.seconds)
                    results.append({"network": name, "zeros": zeros, "rows": rows, "us": found})
                    line = "  ".join(f"{who} {median:.2f} ({p99:.2f})" for who, (median, p99) in found.items())
                    print(f"{name} {zeros:.0%} zeros, {rows} rows, us and p99: {line}", flush=True)
    if options.json:
        options.json.write_text(json.dumps({"version": sys.version, "threads": options.threads, "results": results}))


if __name__ == "__main__":
    main()
