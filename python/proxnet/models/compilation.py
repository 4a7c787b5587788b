"""The arguments of `compile`, checked: optimizer, loss, metrics and kind of penalty step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from .. import _check, _core, losses, metrics, optimizers
from .._check.config import assignments, serialize, snapshot
from ..data.dataset import Dataset
from ..metrics.function import FunctionMetric, is_keras_metric

__all__ = ["Compilation"]


_MAX_METRICS = 256


def _metric_list(name: str, given: Any) -> list[metrics.Metric]:
    if given is None:
        return []
    if isinstance(given, str | metrics.Metric | type) or callable(given) or is_keras_metric(given):
        given = [given]
    if not isinstance(given, list | tuple):
        raise TypeError(f"[compile] {name} must be a list of names or metrics, got {type(given).__qualname__}")
    return [metrics.get(item, "compile") for item in given]


class Compilation:
    """Checked arguments of `compile`.

    Attributes
    ----------
    optimizer : Optimizer
    loss : Loss or None
    metrics : list of (Metric, bool)
        Each metric, and whether it uses the sample weights.
    names : list of str
        "loss" and the metrics' keys in the history.
    core_names : list of str
        The names of what the core reports, in its order: `names` without the metrics that are Python functions.
    """

    def __init__(self, optimizer: Any, loss: Any, plain: Any, weighted: Any, penalty_step: Any) -> None:
        self.optimizer = optimizers.get(optimizer, "compile")
        self.loss = None if loss is None else losses.get(loss, "compile")
        self.metrics = [(metric, False) for metric in _metric_list("metrics", plain)]
        self.metrics += [(metric, True) for metric in _metric_list("weighted_metrics", weighted)]
        step = _check.choice("compile", "penalty_step", penalty_step, ("proximal", "subgradient"))
        self.penalty_step = _core.PenaltyStep[step]
        self._seen, self._settings = 0, None  # the optimizer's settings that the network has
        self.names = ["loss"]
        self.core_names = ["loss"]
        self.functions: list[tuple[str, FunctionMetric, bool]] = []
        if len(self.metrics) > _MAX_METRICS:
            raise ValueError(f"[compile] there must be at most {_MAX_METRICS} metrics, got {len(self.metrics)}")
        for metric, is_weighted in self.metrics:
            name = self._free_name(metric.name, is_weighted)
            self.names.append(name)
            if isinstance(metric, FunctionMetric):
                self.functions.append((name, metric, is_weighted))
            else:
                self.core_names.append(name)

    def _free_name(self, name: str, weighted: bool) -> str:
        if name == "loss":
            raise ValueError("[compile] a metric must not be named 'loss': the history has a loss already")
        if weighted and name in self.names:
            name = f"weighted_{name}"
        free, count = name, 0
        while free in self.names:
            count += 1
            free = f"{name}_{count}"
        return free

    def get_config(self) -> dict[str, Any]:
        """The arguments of `compile` as plain values."""
        return {
            "optimizer": serialize(self.optimizer),
            "loss": serialize(self.loss),
            "metrics": [serialize(metric) for metric, weighted in self.metrics if not weighted],
            "weighted_metrics": [serialize(metric) for metric, weighted in self.metrics if weighted],
            "penalty_step": self.penalty_step.name,
        }

    def require_loss(self, operation: str) -> losses.Loss:
        """The loss, or an error where there is none."""
        if self.loss is None:
            raise ValueError(f"[{operation}] No loss to compute. Provide a `loss` argument in `compile()`.")
        return self.loss

    def apply(
        self, operation: str, network: _core.Network, model: Any, layers: Sequence[_core.Layer] | None = None
    ) -> None:
        """Compile a model's network, with `layers` instead of its present ones if given; resets the optimizer's state.

        Network and model change together: an error leaves both as they were.
        """
        loss = self.require_loss(operation)
        loss.check_outputs(operation, network.outputs)
        resolved = [
            (metric._resolve(operation, network.outputs, loss), flag)
            for metric, flag in self.metrics
            if not isinstance(metric, FunctionMetric)
        ]
        seen, settings, step = assignments(), snapshot(self.optimizer), self.penalty_step
        commit = partial(object.__setattr__, model, "_compilation", self)  # runs no Python code
        network.compile(self.optimizer._core_optimizer(), loss._core_loss(), resolved, step, layers, commit)
        self.optimizer._attach(network)
        self._seen, self._settings = seen, settings

    def pass_settings(self, network: _core.Network) -> None:
        """Give the network the learning rate, and what else was assigned to the optimizer since the last call."""
        self.optimizer._pass_rate(network)
        seen = assignments()
        if seen == self._seen:
            return
        settings = snapshot(self.optimizer)
        if settings != self._settings:
            network.set_optimizer(self.optimizer._core_optimizer())
        self._seen, self._settings = seen, settings

    def logs(self, loss: float, values: list[float], functions: dict[str, float] | None = None) -> dict[str, float]:
        """The core's loss and metrics, and those of Python functions, by name in alphabetical order, as in Keras."""
        return dict(sorted({**dict(zip(self.core_names, [loss, *values], strict=True)), **(functions or {})}.items()))

    def of_functions(self, operation: str, network: _core.Network, rows: Dataset) -> dict[str, float]:
        """The metrics that are Python functions, by name, for these rows and the network's present weights."""
        if not self.functions:
            return {}
        p = network.predict(rows.x)
        return {
            name: metric.of_rows(operation, rows.y, p, rows.weights if weighted else None)
            for name, metric, weighted in self.functions
        }

    def refuse_functions(self, operation: str) -> None:
        """Raise for metrics that are Python functions: they need all rows at once, and batches do not give them."""
        for name, _, _ in self.functions:
            raise ValueError(
                f"[{operation}] metric {name!r} is a Python function, evaluated on all rows at once: batches do not "
                "give them; use a metric of proxnet.metrics"
            )
