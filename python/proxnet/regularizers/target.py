"""So many zeros, please: the threshold or the strength that gives them is found while training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Unpack

from .. import _arguments, _core
from .._arguments import shown
from .._keywords import NoKeywords
from .base import Regularizer

__all__ = ["TargetSparsity"]

_SHAPES: dict[str, Callable[[float], float]] = {
    "cubic": lambda t: 1 - (1 - t) ** 3,
    "linear": lambda t: t,
    "constant": lambda t: 1.0,
}


class TargetSparsity(Regularizer):
    """Brings a kernel to a given share of exact zeros during `fit`, then trains what is left.

    From `begin` to `end` of the training the share rises to the target, along the cubic of [Zhu and Gupta, 2017] by
    default. Without a penalty the smallest weights are zero in every step, but keep being updated behind their zeros
    and come back when they grow [Lin et al., 2020]. With a penalty its strength is moved until the zeros are as many
    as wanted. After `end` the zeros stay as they are, the penalty is off, and the other weights are refitted.

    Every `fit` runs the whole schedule over its own epochs: in a second one zeros come back at first, up to its `end`.
    Who wants to train the final support for longer gives one `fit` more epochs and an earlier `end`. A `fit` that ends
    before `end` warns with both shares. `train_on_batch` takes the whole share in its first call and keeps the zeros.

    Parameters
    ----------
    sparsity : float
        The share of zeros, 0 <= sparsity < 1.
    schedule : {"cubic", "linear", "constant"} or callable, default "cubic"
        Which part of the target is asked for at a time in [0, 1] between `begin` and `end`.
    begin, end : float, default 0.0 and 0.5
        As shares of the epochs of a `fit`, 0 <= begin < end <= 1.
    scope : {"network", "layer"}, default "network"
        Whether all kernels with this scope have the share together, or each layer for itself. Over the network they
        must want the same at the same time, all by magnitude or all with a penalty; small layers, such as the last,
        then keep more of their weights.
    penalty : Regularizer, optional
        One that makes zeros; its own strength is where the search starts. None for magnitudes.

    Raises
    ------
    TypeError, ValueError
        For arguments that are not such; `compile` and `fit` refuse kernels that share the network's target and differ.

    Notes
    -----
    What gives accurate networks of few weights (`benchmarks/quality.py`; LeNet-300-100 on Fashion-MNIST, 30 epochs)::

        scale = layers.Normalization(axis=None)  # inputs of mean 0 and variance 1, then scale.adapt(x)
        layers.Dense(300, "relu", kernel_regularizer=TargetSparsity(0.98))  # and so on, the last layer too
        rate = optimizers.schedules.CosineDecay(2e-3, steps)  # of the whole fit
        model.compile(
            optimizers.AdamW(rate, weight_decay=0.1),  # 0.2 for 95 % of zeros, 0.3 for 90 %
            losses.CategoricalCrossentropy(label_smoothing=0.1),
        )

    Dense and slightly sparse networks overfit and want the weight decay; at 98 % of zeros more of it costs accuracy,
    as dropout does. Half of the training for the refit was better than 0.3 or 0.7 of it.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> from proxnet.regularizers import TargetSparsity
    >>> x = np.random.default_rng(0).normal(size=(200, 20)).astype("float32")
    >>> layer = proxnet.layers.Dense(10, kernel_regularizer=TargetSparsity(0.75))
    >>> model = proxnet.Sequential([layer])
    >>> model.compile("adam", "mse")
    >>> history = model.fit(x, x[:, :10], epochs=4, verbose=0)
    >>> model.sparsity().total.zero_fraction
    0.75
    """

    schedule: Any
    _SCHEDULES = _SHAPES

    def __init__(
        self,
        sparsity: float = 0.9,
        schedule: Any = "cubic",
        begin: float = 0.0,
        end: float = 0.5,
        scope: str = "network",
        penalty: Any = None,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        operation = "TargetSparsity"
        if isinstance(schedule, str):
            _arguments.choice(operation, "schedule", schedule, tuple(_SHAPES))
        known = {"sparsity": None, "begin": None, "end": None, "scope": None, "penalty": None}
        self._take({}, None, schedule, _unknown(unknown, known))
        self.sparsity = _arguments.real(operation, "sparsity", sparsity, minimum=0, below=1)
        self.begin = _arguments.real(operation, "begin", begin, minimum=0, below=1)
        self.end = _arguments.real(operation, "end", end, above=self.begin, maximum=1)
        self.scope = _arguments.choice(operation, "scope", scope, ("layer", "network"))
        if isinstance(penalty, TargetSparsity) or not isinstance(penalty, Regularizer | None):
            raise TypeError(f"[{operation}] penalty must be a regularizer that makes zeros, got {shown(penalty)}")
        if penalty is not None and penalty.schedule is not None:
            raise ValueError(f"[{operation}] penalty must have no schedule: its strength follows the zeros")
        if penalty is not None and not (getattr(penalty, "l1", 0) or getattr(penalty, "strength", 0)):
            raise ValueError(
                f"[{operation}] penalty must make zeros, with a strength over 0 to start from: {shown(penalty)}"
            )
        self.penalty = penalty

    def _penalty(self) -> _core.Penalty:
        return _core.Penalty() if self.penalty is None else self.penalty._penalty()

    def _target(self) -> _core.SparsityTarget:
        return _core.SparsityTarget[self.scope]

    def _share(self, time: float) -> float:
        """The share of zeros wanted at a time of the training in [0, 1]."""
        shape = _SHAPES[self.schedule] if isinstance(self.schedule, str) else self.schedule
        part = shape(min(max((time - self.begin) / (self.end - self.begin), 0.0), 1.0))
        return self.sparsity * _arguments.real("TargetSparsity", "what the schedule gives", part, minimum=0, maximum=1)

    def _refit_epoch(self, epochs: int) -> int:
        """The first epoch of a fit whose zeros stay: the last one at least, and a fit of one epoch is all refit."""
        return min(round(self.end * epochs), epochs - 1)

    def _ramp(self, epoch: int, epochs: int) -> tuple[float, float, bool]:
        if epoch >= self._refit_epoch(epochs):
            return self.sparsity, self.sparsity, True
        return self._share(epoch / epochs), self._share((epoch + 1) / epochs), False


def _unknown(given: Mapping[str, Any], known: dict[str, None]) -> dict[str, Any]:
    from .. import _names

    _names.refuse_keywords("TargetSparsity", given, (*known, "schedule"))
    return {}
