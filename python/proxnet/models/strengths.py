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
    """The factor on the strengths of a compiled model's penalties from which it stays constant on these rows.

    Where a path of strengths begins. Of a model with one `Dense` layer it is exact, by the gradient at zero weights and
    the best bias: `Regularizer.strength_max` there, in units of the strength that the layer has. Of deeper networks
    zero is a local minimum at any strength (a fit starts dense too, with a `Ramp` as the penalty's schedule),
    and it is found by training from dense upwards, as a path of LassoNet goes
    [Lemhadri et al., 2021]: a copy of the model trains on from its weights, which should be trained ones, with its
    optimizer, from a penalty of a hundredth of the loss, `epochs` at each strength, each `ratio` times the one before,
    until no input is in use. The model itself stays as it is.

    Parameters
    ----------
    model : Sequential
        Compiled with proximal steps; a kernel that trains has a penalty that makes zeros.
    x, y, sample_weight
        As in `Sequential.fit`.
    epochs : int, default 5
        Of training at each strength, >= 1.
    ratio : float, default 1.25
        > 1; the answer of a network is as fine as this.
    batch_size : int, default 32
        Of that training; all rows where the optimizer takes them.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        For bad input; where no kernel has such a penalty, or the network does not become constant.
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
