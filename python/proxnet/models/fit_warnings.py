"""What `fit` warns of at its end: a loss that grew, a missed share of zeros, outputs that are constant."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence

import numpy as np

from .. import _core
from ..data.dataset import Dataset
from ..errors import DivergenceWarning, SparsityWarning
from ..layers import Dense, Layer
from ..losses import Loss
from ..regularizers import TargetSparsity
from ..regularizers.target import targets_of
from .sparsity import SparsityReport

__all__ = ["warn_of_a_constant", "warn_of_divergence", "warn_of_missed_targets"]


def warn_of_divergence(losses: list[float], penalty: float, loss: Loss, rows: Dataset) -> None:
    """Warn where the loss rose by more than 9 max(|first loss|, scale / 10), penalties left out.

    Parameters
    ----------
    losses : list of float
        The loss of each epoch, penalties included.
    penalty : float
        The penalties' part of the last loss: their strengths may have grown during the fit.
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
    """The larger of |loss| at outputs that are all equal, and |loss| at outputs that equal the targets."""
    if loss.targets == "class numbers":
        return float(np.log(y.max() + 2))
    equal = np.full_like(y, 1 / y.shape[1] if loss.several_outputs else 0)  # probabilities of classes sum to 1
    return max(abs(loss(y, equal)), abs(loss(y, y)))


def warn_of_missed_targets(
    layers: Sequence[Layer], sparsity: Callable[[], SparsityReport], last_epoch: int, epochs: int
) -> None:
    """Warn where the share of zeros after `fit` is not that of a `TargetSparsity`.

    Parameters
    ----------
    last_epoch : int
        The last epoch that was trained, counted from 0; -1 where none was.
    """
    scopes: dict[str, list[tuple[str, TargetSparsity]]] = {}  # kernels by the share that they have together
    for name, target in targets_of(layers):
        scopes.setdefault(name if target.scope == "layer" else "", []).append((name, target))
    counts = {layer.name: layer for layer in sparsity().layers} if scopes else {}
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
            f"{epochs}: the share grows until epoch {begin + 1}. Train until then, or give the target an earlier end",
            SparsityWarning,
            stacklevel=5,
        )


def warn_of_a_constant(layers: Sequence[Layer], network: _core.Network) -> None:
    """Warn where the zeros of a penalty have cut every path from the inputs to the outputs."""
    # For a single layer zero weights may be the minimum; for several layers they are a local one at any strength.
    deep = sum(isinstance(layer, Dense) for layer in layers) > 1
    penalised = any(penalty is not None for layer in layers for penalty in layer._penalties())
    cut = network.cut_at() if deep and penalised else None
    if cut is None:
        return
    name = layers[cut].name
    warnings.warn(
        f"[fit] a path of non-zero weights must lead from the inputs to the outputs, the last ends at layer {name!r}: "
        "the model is a constant, and further training does not change that. Start again with a weaker strength, with "
        "one that grows from below (`schedule=Ramp(epochs)` of the penalty), or with a `TargetSparsity`",
        SparsityWarning,
        stacklevel=5,
    )
