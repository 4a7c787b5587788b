"""torch: the contestant with a training loop, eager or compiled."""

from __future__ import annotations

import itertools
import os
from typing import Any

import numpy as np
import torch
from workloads import BETA_1, BETA_2, EPSILON, LEARNING_RATE, Session


class Torch(Session):
    """The usual training loop with fused Adam; the objective eager or compiled."""

    def __init__(self, compiled: bool, **settings: Any) -> None:
        super().__init__(**settings)
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        torch.manual_seed(1)
        nn, widths = torch.nn, self.workload.widths
        layers: list[Any] = []
        for inputs, units in itertools.pairwise(widths):
            layers += [nn.Linear(inputs, units), nn.ReLU()]
        self.model = nn.Sequential(*layers[:-1])
        self._linear = layers[::2]
        with torch.no_grad():
            for layer, kernel, bias in zip(self._linear, self.first[::2], self.first[1::2], strict=True):
                layer.weight.copy_(torch.from_numpy(kernel.T.copy()))
                layer.bias.copy_(torch.from_numpy(bias))
        parameters = self.model.parameters()
        self._optimizer = torch.optim.Adam(parameters, LEARNING_RATE, (BETA_1, BETA_2), EPSILON, fused=True)
        binary = widths[-1] == 1
        loss = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
        self._x = torch.from_numpy(self.x)
        self._y = torch.from_numpy(self.y.astype(np.float32)[:, None] if binary else self.y.astype(np.int64))

        def objective(x: Any, y: Any) -> Any:
            penalty = sum(layer.weight.abs().sum() for layer in self._linear)
            return loss(self.model(x), y) + self.strength * penalty

        self._objective = torch.compile(objective) if compiled else objective
        how = "objective compiled by inductor" if compiled else "eager"
        capability = torch.backends.cpu.get_cpu_capability()
        self.configuration = f"{how}, Adam(fused=True), {torch.get_num_threads()} thread(s), {capability}"

    def run(self) -> None:
        order = torch.randperm(len(self._y))
        for rows in order.split(self.batch):
            loss = self._objective(self._x[rows], self._y[rows])
            self._optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self._optimizer.step()

    def weights(self) -> list[np.ndarray]:
        pairs = [(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in self._linear]
        return [array for pair in pairs for array in pair]
