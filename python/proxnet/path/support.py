"""Refits of a network on the weights that are not zero."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np

from ..errors import SparsityWarning
from ..models import Sequential
from ..regularizers import L1, Refit

__all__ = ["dense_layers", "keep_inputs", "refitted"]


def dense_layers(model: Sequential) -> list[Any]:
    """The layers with a kernel, in order."""
    return [layer for layer in model.layers if hasattr(layer, "kernel_regularizer")]


def keep_inputs(model: Sequential, kept: np.ndarray) -> None:
    """Set the first kernel's rows of all other inputs to zero. kept: bool, (inputs,)."""
    layer = dense_layers(model)[0]
    weights = layer.get_weights()
    layer.set_weights([np.where(kept[:, np.newaxis], weights[0], 0).astype(weights[0].dtype), *weights[1:]])


def refitted(model: Sequential, x: Any, y: Any, sample_weight: Any, epochs: int, options: dict[str, Any]) -> Sequential:
    """A copy trained without its penalties; zeros of its kernels stay.

    Raises
    ------
    ValueError
        For optimizers without such steps.
    """
    twin = copy.copy(model)
    layers = dense_layers(twin)
    for layer in layers:
        layer.kernel_regularizer = layer.kernel_regularizer or L1(0.0)
        layer.kernel_regularizer.schedule = Refit()
    zeros = [layer.get_weights()[0] == 0 for layer in layers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SparsityWarning)
        twin.fit(x, y, sample_weight=sample_weight, epochs=epochs, **{"verbose": 0, **options})
    if any((layer.get_weights()[0][zero] != 0).any() for layer, zero in zip(layers, zeros, strict=True)):
        raise ValueError(
            f"[refit] the optimizer must step over batches, such as Adam or SGD; {twin.optimizer} does not keep zeros"
        )
    return twin
