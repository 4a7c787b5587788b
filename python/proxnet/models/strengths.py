"""The strength of the penalties from which a model is constant."""

from __future__ import annotations

from typing import Any

from .. import _check
from .sequential import Sequential

__all__ = ["strength_max"]


def strength_max(
    model: Sequential,
    x: Any,
    y: Any,
    sample_weight: Any = None,
    epochs: int = 5,
    ratio: float = 1.25,
    batch_size: int | None = None,
) -> float:
    """The smallest factor on the strengths of a compiled model's penalties that makes the model constant on these rows.

    A path of strengths begins there. For a model with one `Dense` layer it is exact: `Regularizer.strength_max` of the
    gradient at zero weights and the best bias, divided by the layer's strength. For deeper networks zero weights are a
    local minimum at any strength. The factor is then found by training with growing strengths, as in the paths of
    LassoNet [Lemhadri et al., 2021]: a copy of the model trains on from its present weights, which should be trained
    ones, with its optimizer. The first penalty is a hundredth of the loss. The copy trains for `epochs` at each
    strength, each `ratio` times the one before, until no input is in use. The model itself does not change.

    Parameters
    ----------
    model : Sequential
        Compiled with proximal steps; at least one trainable kernel has a penalty that makes zeros.
    x, y, sample_weight
        As in `Sequential.fit`.
    epochs : int, default 5
        Epochs of training at each strength, >= 1.
    ratio : float, default 1.25
        > 1; the relative precision of the result for deeper networks.
    batch_size : int, default 32
        Batch size of that training; all rows for optimizers that use all rows.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        For bad input; if no kernel has such a penalty, or the network does not become constant.
    DivergenceError
        When the training diverges.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> model = proxnet.Sequential([proxnet.layers.Dense(1, kernel_regularizer=proxnet.regularizers.L1(0.5))])
    >>> model.compile("adam", "mse")
    >>> round(proxnet.strength_max(model, [[1.0], [-1.0]], [3.0, 1.0]), 6)  # the gradient at zero is 2
    4.0
    """
    operation = "strength_max"
    epochs = _check.integer(operation, "epochs", epochs, minimum=1)
    ratio = _check.real(operation, "ratio", ratio, above=1)
    size = 32 if batch_size is None else _check.integer(operation, "batch_size", batch_size, minimum=1)
    rows = model._rows(operation, x, y, sample_weight)
    compilation, network = model._require_compiled(operation), model._require_network(operation)
    compilation.pass_settings(network)
    return network.strength_max(*rows, epochs, ratio, size, model._training_seed())
