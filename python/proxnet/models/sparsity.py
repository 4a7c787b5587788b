"""Counts of the exact zeros in a model."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core

__all__ = ["LayerSparsity", "SparsityReport"]

_COUNTS = ("weights", "zeros", "biases", "bias_zeros", "inputs", "inputs_used", "units", "units_alive", "bytes")


class LayerSparsity:
    """Counts of one dense layer, or of the whole model.

    An input is in use, and a unit is alive, if a path of non-zero weights (kernels, gammas of batch normalization) from
    an input to an output of the model runs through it.

    Attributes
    ----------
    name : str
    weights, zeros : int
        Number of the kernel's weights, and of those that are exactly zero.
    biases, bias_zeros : int
    inputs, inputs_used : int
    units, units_alive : int
    bytes : int
        Memory of kernel and bias, stored densely.
    input_used : bool array of shape (inputs,)
    unit_alive : bool array of shape (units,)
    """

    weights: int
    zeros: int
    biases: int
    bias_zeros: int
    inputs: int
    inputs_used: int
    units: int
    units_alive: int
    bytes: int

    def __init__(self, name: str, counts: dict[str, int], input_used: np.ndarray, unit_alive: np.ndarray) -> None:
        self.name = name
        for key in _COUNTS:
            setattr(self, key, int(counts[key]))
        self.input_used = input_used
        self.unit_alive = unit_alive

    @property
    def zero_fraction(self) -> float:
        """Share of the kernel's weights that are exactly zero, 0.0 to 1.0."""
        return self.zeros / self.weights

    def to_dict(self) -> dict[str, Any]:
        """Name and counts as Python numbers, masks as lists of bool."""
        return {
            "name": self.name,
            **{key: getattr(self, key) for key in _COUNTS},
            "zero_fraction": self.zero_fraction,
            "input_used": self.input_used.tolist(),
            "unit_alive": self.unit_alive.tolist(),
        }

    def __repr__(self) -> str:
        return (
            f"<{self.name}: {self.zeros} of {self.weights} weights zero, {self.inputs_used} of {self.inputs} inputs in "
            f"use, {self.units_alive} of {self.units} units alive>"
        )


class SparsityReport:
    """Exact zeros, inputs in use and units alive, of each dense layer and of the model; prints as a table.

    Attributes
    ----------
    layers : list of LayerSparsity
        The dense layers in order.
    total : LayerSparsity
        Sums over the layers; inputs and inputs in use are the model's.
    feature_names : list of str or None
        Names of the model's inputs, if it was trained on a data frame.
    """

    def __init__(self, names: list[str], layers: list[_core.LayerSparsity], features: Any = None) -> None:
        self.feature_names: list[str] | None = None if features is None else list(features)
        self.layers = [
            LayerSparsity(
                name,
                {key: getattr(layer, key) for key in _COUNTS},
                np.array(layer.input_used, dtype=bool),
                np.array(layer.unit_alive, dtype=bool),
            )
            for name, layer in zip(names, layers, strict=True)
        ]
        sums = {key: sum(getattr(layer, key) for layer in self.layers) for key in _COUNTS}
        first = self.layers[0]
        sums["inputs"], sums["inputs_used"] = first.inputs, first.inputs_used
        alive = np.concatenate([layer.unit_alive for layer in self.layers])
        self.total = LayerSparsity("total", sums, first.input_used, alive)

    @property
    def inputs_in_use(self) -> list[str] | list[int]:
        """The model's inputs in use: their names if it was trained on a data frame, else their indices."""
        used: list[int] = np.flatnonzero(self.total.input_used).tolist()
        return used if self.feature_names is None else [self.feature_names[i] for i in used]

    def to_dict(self) -> dict[str, Any]:
        """{"layers": [...], "total": {...}, "inputs_in_use": [...]} of plain Python values, fit for JSON."""
        layers = [layer.to_dict() for layer in self.layers]
        return {"layers": layers, "total": self.total.to_dict(), "inputs_in_use": self.inputs_in_use}

    def __str__(self) -> str:
        rows: list[tuple[str, ...]] = [("layer", "weights", "zeros", "", "inputs in use", "units alive", "bytes")]
        for layer in (*self.layers, self.total):
            rows.append(
                (
                    layer.name,
                    f"{layer.weights:,}",
                    f"{layer.zeros:,}",
                    f"{100 * layer.zero_fraction:.1f} %",
                    f"{layer.inputs_used:,} / {layer.inputs:,}",
                    f"{layer.units_alive:,} / {layer.units:,}",
                    f"{layer.bytes:,}",
                )
            )
        return "\n".join([table(rows), *([] if self.feature_names is None else [f"inputs in use: {self.listed()}"])])

    def listed(self, most: int = 12) -> str:
        """The first inputs in use and the number of the others, in one line."""
        names = [str(name) for name in self.inputs_in_use]
        more = [f"and {len(names) - most} more"] if len(names) > most else []
        return ", ".join([*names[:most], *more]) or "none"

    def __repr__(self) -> str:
        return str(self)


def table(rows: list[tuple[str, ...]]) -> str:
    """A table as text: the first column aligned left, the others right, rules below the head and above the last row."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells]))
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])
