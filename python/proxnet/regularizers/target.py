"""A target share of zeros: training finds the threshold or the strength that gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Unpack

from .. import _check, _core
from .._check.keywords import NoKeywords
from .base import Regularizer

__all__ = ["TargetSparsity", "targets_of"]

_SHAPES: dict[str, Callable[[float], float]] = {
    "cubic": lambda t: 1 - (1 - t) ** 3,
    "linear": lambda t: t,
    "constant": lambda t: 1.0,
}


class TargetSparsity(Regularizer):
    """Brings a kernel to a given share of exact zeros during `fit`, then trains what is left.

    From `begin` to `end` of the training the share grows to the target, by default along the cubic of [Zhu and Gupta,
    2017]. Without a penalty every step uses the kernel with its smallest weights set to zero; their hidden values are
    still updated and return when they grow [Lin et al., 2020]. With a penalty its strength is adjusted until the share
    is reached. After `end` the zeros are fixed, the penalty is off, and the other weights are refitted.

    Every `fit` runs the whole schedule over its own epochs: a second `fit` starts with fewer zeros again. To train the
    final support for longer give one `fit` more epochs and an earlier `end`. A `fit` that stops before `end` warns with
    both shares. `train_on_batch` applies the whole share in its first call and keeps the zeros.

    Parameters
    ----------
    sparsity : float
        The share of zeros, 0 <= sparsity < 1.
    schedule : {"cubic", "linear", "constant"} or callable, default "cubic"
        The fraction of the target share as a function of time, which runs from 0 at `begin` to 1 at `end`.
    begin, end : float, default 0.0 and 0.5
        Fractions of the epochs of a `fit`, 0 <= begin < end <= 1.
    scope : {"network", "layer"}, default "network"
        Whether the share is of all kernels with this scope together, or of each layer. Kernels of scope "network" must
        have equal targets, all without or all with a penalty; small layers, such as the last, then keep more weights.
    penalty : Regularizer, optional
        A penalty that makes zeros; the search starts from its strength. None: the smallest magnitudes become zero.

    Raises
    ------
    TypeError, ValueError
        For arguments out of their ranges; from `compile` and `fit` for unequal targets of scope "network".

    Notes
    -----
    A recipe for accurate sparse networks (`benchmarks/quality.py`; LeNet-300-100 on Fashion-MNIST, 30 epochs)::

        scale = layers.Normalization(axis=None)  # inputs of mean 0 and variance 1, then scale.adapt(x)
        layers.Dense(300, "relu", kernel_regularizer=TargetSparsity(0.98))  # and so on, the last layer too
        rate = optimizers.schedules.CosineDecay(2e-3, steps)  # of the whole fit
        model.compile(
            optimizers.AdamW(rate, weight_decay=0.1),  # 0.2 for 95 % of zeros, 0.3 for 90 %
            losses.CategoricalCrossentropy(label_smoothing=0.1),
        )

    Dense and slightly sparse networks overfit and need the weight decay. At 98 % of zeros more weight decay, or
    dropout, costs accuracy. Refitting for half of the epochs was better than for 0.3 or 0.7 of them.

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
            _check.choice(operation, "schedule", schedule, tuple(_SHAPES))
        self._take({}, None, schedule, unknown)
        self.sparsity = _check.real(operation, "sparsity", sparsity, minimum=0, below=1)
        self.begin = _check.real(operation, "begin", begin, minimum=0, below=1)
        self.end = _check.real(operation, "end", end, above=self.begin, maximum=1)
        self.scope = _check.choice(operation, "scope", scope, ("layer", "network"))
        if isinstance(penalty, TargetSparsity) or not isinstance(penalty, Regularizer | None):
            raise TypeError(
                f"[{operation}] penalty must be a regularizer that makes zeros, got {_check.shown(penalty)}"
            )
        if penalty is not None and penalty.schedule is not None:
            raise ValueError(f"[{operation}] penalty must have no schedule: its strength follows the zeros")
        if penalty is not None and not (getattr(penalty, "l1", 0) or getattr(penalty, "strength", 0)):
            raise ValueError(
                f"[{operation}] penalty must make zeros, with a strength over 0 to start from: {_check.shown(penalty)}"
            )
        self.penalty = penalty

    def _penalty(self) -> _core.Penalty:
        return _core.Penalty() if self.penalty is None else self.penalty._penalty()

    def _target(self) -> _core.SparsityTarget:
        return _core.SparsityTarget[self.scope]

    def _share(self, time: float) -> float:
        """The wanted share of zeros at a time of the training, 0 at its begin and 1 at its end."""
        shape = _SHAPES[self.schedule] if isinstance(self.schedule, str) else self.schedule
        part = shape(min(max((time - self.begin) / (self.end - self.begin), 0.0), 1.0))
        return self.sparsity * _check.real("TargetSparsity", "what the schedule gives", part, minimum=0, maximum=1)

    def _refit_epoch(self, epochs: int) -> int:
        """The first epoch of a fit with fixed zeros: at the latest the last epoch, epoch 0 of a fit of one epoch."""
        return min(round(self.end * epochs), epochs - 1)

    def _ramp(self, epoch: int, epochs: int) -> tuple[float, float, bool]:
        if epoch >= self._refit_epoch(epochs):
            return self.sparsity, self.sparsity, True
        return self._share(epoch / epochs), self._share((epoch + 1) / epochs), False


def targets_of(layers: Iterable[Any]) -> list[tuple[str, TargetSparsity]]:
    """Name and target of each trainable layer that has a `TargetSparsity`."""
    targets = [(layer, getattr(layer, "kernel_regularizer", None)) for layer in layers]
    return [(layer.name, it) for layer, it in targets if isinstance(it, TargetSparsity) and layer.trainable]
