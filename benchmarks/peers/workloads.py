"""The networks, their data, and the base class of the contestants that train them."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
CHECKED_ROWS = 4096  # rows over which the objective is computed


@dataclass(frozen=True)
class Workload:
    """A network and its data: one output is a sigmoid with binary cross-entropy, more are a softmax."""

    name: str
    widths: tuple[int, ...]
    batch: int
    steps: int  # per epoch: 0.1 to 1 s for the fastest peer

    @property
    def flop(self) -> float:
        """FLOP of one step: three products per layer, without the input gradient of the first layer."""
        products = sum(a * b for a, b in itertools.pairwise(self.widths))
        return 2.0 * self.batch * (3 * products - self.widths[0] * self.widths[1])

    @property
    def title(self) -> str:
        net = "-".join(map(str, self.widths))
        return f"{self.name}: {net}, batch {self.batch}, {self.steps} steps of {self.flop / 1e9:.3g} GFLOP a run"

    def data(self, tiny_inputs: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Random inputs; the classes are those of a random linear map of the first inputs.

        `tiny_inputs`: the share of inputs, the last ones, that are too small to be worth a weight.
        """
        rng = np.random.default_rng(20)
        x = rng.standard_normal((self.batch * self.steps, self.widths[0]), dtype=np.float32)
        informative = x[:, : min(64, self.widths[0] // 2)]
        planted = rng.standard_normal((informative.shape[1], max(2, self.widths[-1])), dtype=np.float32)
        noise = rng.standard_normal((len(x), planted.shape[1]), dtype=np.float32)
        y = (informative @ planted + noise).argmax(1).astype(np.int32)
        x[:, self.widths[0] - round(tiny_inputs * self.widths[0]) :] *= np.float32(1e-4)
        return x, y

    def first_weights(self) -> list[np.ndarray]:
        """Initial weights [kernel, bias, kernel, bias, ...], Glorot uniform."""
        rng, weights = np.random.default_rng(7), []
        for inputs, units in itertools.pairwise(self.widths):
            limit = math.sqrt(6 / (inputs + units))
            weights += [rng.uniform(-limit, limit, (inputs, units)).astype(np.float32), np.zeros(units, np.float32)]
        return weights


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("seed30", (30, 128, 64, 1), 128, 2048),
        Workload("seed100", (100, 128, 64, 1), 128, 1024),
        Workload("lenet300", (784, 300, 100, 10), 128, 512),
        Workload("mlp1024", (784, 1024, 1024, 10), 256, 32),
        Workload("mlp4096", (4096, 4096, 4096, 10), 512, 4),
        Workload("genes", (7129, 64, 2), 32, 256),
    )
}


def objective(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray, strength: float) -> float:
    """Mean loss over the first rows + strength * sum|w| over the kernels, computed alike for all."""
    x, y = x[:CHECKED_ROWS], y[:CHECKED_ROWS]
    for kernel, bias in zip(weights[0:-2:2], weights[1:-2:2], strict=True):
        x = np.maximum(x @ kernel + bias, 0)
    z = (x @ weights[-2] + weights[-1]).astype(np.float64)
    if z.shape[1] == 1:
        loss = np.logaddexp(0, z[:, 0]) - y * z[:, 0]
    else:
        loss = np.logaddexp.reduce(z, axis=1) - z[np.arange(len(y)), y]
    return float(loss.mean() + strength * sum(np.abs(kernel).sum(dtype=np.float64) for kernel in weights[::2]))


class Session:
    """Base class of the contestants: data, initial weights, steps, and the report."""

    def __init__(self, workload: dict[str, Any], strength: float, tiny_inputs: float = 0.0) -> None:
        self.workload, self.strength = Workload(**workload), strength
        self.x, self.y = self.workload.data(tiny_inputs)
        self.first = self.workload.first_weights()
        self.batch, self.steps, self.flop = self.workload.batch, self.workload.steps, self.workload.flop
        self.configuration = ""

    def weights(self) -> list[np.ndarray]:
        """The current weights [kernel, bias, ...]."""
        raise NotImplementedError

    def report(self) -> dict[str, Any]:
        weights = self.weights()
        zeros = sum(int((kernel == 0).sum()) for kernel in weights[::2]) / sum(kernel.size for kernel in weights[::2])
        return {"objective": objective(weights, self.x, self.y, self.strength), "zeros": zeros}
