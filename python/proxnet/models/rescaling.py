"""The warning of `compile` for an L1 that training can undo by rescaling weights."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from .. import activations
from ..errors import RescalingWarning
from ..layers import Activation, BatchNormalization, Dense, Dropout, Layer
from ..regularizers import Regularizer

__all__ = ["warn_of_rescaling"]


def _shrinks(regularizer: Regularizer | None) -> bool:
    return float(getattr(regularizer, "l1", 0.0)) > 0


def _homogeneous(activation: activations.Activation) -> bool:
    """Whether f(c x) = c f(x) for c > 0, and f is not linear."""
    return activation.name in ("relu", "leaky_relu") and activation.parameters.get("max_value") is None


def _undone(layers: Sequence[Layer]) -> str | None:
    """A sentence about the first dense layer whose L1 can be undone, None without one.

    For c > 0, batch normalization gives the same outputs for the kernels W and c W. So do two layers with a relu
    between them for the kernels (W, V) and (c W, V / c).
    """
    for i, layer in enumerate(layers):
        if not isinstance(layer, Dense) or not _shrinks(layer.kernel_regularizer):
            continue
        relu = _homogeneous(layer.activation)
        if not relu and layer.activation.name != "linear":
            continue
        for after in layers[i + 1 :]:
            if isinstance(after, BatchNormalization):
                return (
                    f"the L1 of {layer.name!r} can be undone by {after.name!r}, whose outputs do not depend on the "
                    "kernel's scale: all weights shrink and few become zero; an L1 on gamma removes whole units"
                )
            scales = isinstance(after, Activation) and _homogeneous(after.activation)
            if scales or (isinstance(after, Activation) and after.activation.name == "linear"):
                relu = relu or scales
            elif not isinstance(after, Dropout):
                follows = relu and isinstance(after, Dense) and _homogeneous(after.activation)
                if follows and isinstance(after, Dense) and after.kernel_regularizer is None:
                    return (
                        f"the L1 of {layer.name!r} can be undone by {after.name!r}, which has no penalty: a smaller "
                        "first kernel with a larger second one gives the same outputs; add an L1 or L2 to the second"
                    )
                break
    return None


def warn_of_rescaling(layers: Sequence[Layer]) -> None:
    """Warn of the first dense layer whose L1 training can undo."""
    sentence = _undone(layers)
    if sentence:
        warnings.warn(f"[compile] {sentence}", RescalingWarning, stacklevel=4)
