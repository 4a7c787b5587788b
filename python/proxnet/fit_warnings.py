"""What `fit` warns of at its end: a loss that grew, targets of zeros that were missed, outputs that are constant."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from .errors import DivergenceWarning, SparsityWarning
from .layers import Dense
from .regularizers import TargetSparsity

if TYPE_CHECKING:
    from .dataset import Dataset
    from .losses import Loss
    from .sequential import Sequential

__all__ = ["targets_pending", "warn_of_a_constant", "warn_of_divergence", "warn_of_missed_targets"]


def warn_of_divergence(losses: list[float], penalty: float, loss: Loss, rows: Dataset) -> None:
    """Warn where the loss rose by more than 9 max(|first loss|, a tenth of the loss's scale on these rows).

    Parameters
    ----------
    losses : list of float
        One an epoch.
    penalty : float
        The part of the last one that the penalties make: their strengths may have grown.
    rows : Dataset
        Their targets give the scale of a loss that is negative or near zero.
    """
    if len(losses) < 2:
        return
    first, last = losses[0], losses[-1]
    rise = last - first - max(penalty, 0.0)
    if not math.isfinite(rise) or rise <= 9 * abs(first) or rise <= 0.9 * _scale(loss, rows.y):
        return
    warnings.warn(
        f"[fit] the training loss grew from {first:.6g} to {last:.6g}: "
        "training is diverging, try a smaller learning_rate or scale the columns of x",
        DivergenceWarning,
        stacklevel=4,
    )


def _scale(loss: Loss, y: np.ndarray) -> float:
    """The larger of the sizes that the mean loss has at outputs that are all equal, and that equal the targets."""
    if loss.targets == "class numbers":
        return float(np.log(y.max() + 2))
    equal = np.full_like(y, 1 / y.shape[1] if loss.several_outputs else 0)  # probabilities of classes sum to 1
    return max(abs(loss(y, equal)), abs(loss(y, y)))


def _targeted(model: Sequential) -> list[tuple[str, TargetSparsity]]:
    """Name and target of each layer that trains towards a share of zeros."""
    return [
        (layer.name, layer.kernel_regularizer)
        for layer in model.layers
        if isinstance(layer, Dense) and layer.trainable and isinstance(layer.kernel_regularizer, TargetSparsity)
    ]


def targets_pending(model: Sequential, epoch: int, epochs: int) -> bool:
    """Whether a target's share of zeros is still rising after an epoch (counted from 0) of so many."""
    return any(epoch < target._refit_epoch(epochs) for _, target in _targeted(model))


def warn_of_missed_targets(model: Sequential, last_epoch: int, epochs: int) -> None:
    """Warn where the weights that `fit` leaves have another share of zeros than a `TargetSparsity` asks for.

    Parameters
    ----------
    last_epoch : int
        The last one that was trained, counted from 0; -1 where none was.
    """
    scopes: dict[str, list[tuple[str, TargetSparsity]]] = {}  # kernels that have one share together
    for name, target in _targeted(model):
        scopes.setdefault(name if target.scope == "layer" else "", []).append((name, target))
    counts = {layer.name: layer for layer in model.sparsity().layers} if scopes else {}
    for members in scopes.values():
        target = members[0][1]
        zeros, weights = (sum(getattr(counts[name], key) for name, _ in members) for key in ("zeros", "weights"))
        share, begin = zeros / weights, target._refit_epoch(epochs)
        ended = last_epoch >= begin
        near = 1 / weights + (0 if ended else 1e-3)
        if share >= target.sparsity - near and (ended or share <= target.sparsity + near):
            continue
        warnings.warn(
            f"[fit] TargetSparsity must leave a share of {target.sparsity:.6g} zeros, in "
            f"{', '.join(repr(name) for name, _ in members)} it is {share:.6g} after epoch {last_epoch + 1} of "
            f"{epochs}: the share rises up to epoch {begin + 1}. Train until then, or give the target an earlier end",
            SparsityWarning,
            stacklevel=4,
        )


def _cut(model: Sequential) -> str | None:
    """The name of the layer behind which nothing depends on the inputs any more; None where outputs do."""
    report = model.sparsity()
    if report.total.inputs_used:
        return None
    reached = np.ones(report.total.inputs, dtype=bool)
    name = ""
    for layer in model.layers:
        if isinstance(layer, Dense):
            reached = (layer.kernel[reached] != 0).any(axis=0)
        elif "gamma" in layer._weight_names:
            reached = reached & (layer._weight("gamma") != 0)
        name = layer.name
        if not reached.any():
            break
    return name


def warn_of_a_constant(model: Sequential) -> None:
    """Warn where zeros of a penalty have cut every path from the inputs to the outputs."""
    # Of a single layer zero may be the minimum; of several it is a local one at any strength.
    deep = sum(isinstance(layer, Dense) for layer in model.layers) > 1
    penalised = any(penalty is not None for layer in model._computing() for penalty in layer._penalties())
    name = _cut(model) if deep and penalised else None
    if name is None:
        return
    warnings.warn(
        f"[fit] a path of non-zero weights must lead from the inputs to the outputs, the last ends at layer {name!r}: "
        "the model is a constant, and its zeros do not come back. Start anew with a weaker strength, with a strength "
        "that grows from below (`schedule=Ramp(epochs)` of the penalty), or with a `TargetSparsity`",
        SparsityWarning,
        stacklevel=4,
    )
