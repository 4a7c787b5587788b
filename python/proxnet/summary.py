"""The table that `Sequential.summary` prints."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from .layers import Dense

if TYPE_CHECKING:
    from .sequential import Sequential

__all__ = ["summary"]


def _size(count: int) -> str:
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.2f} {unit}"
        amount /= 1024
    return f"{amount:.2f} GB"


def summary(model: Sequential) -> str:
    """Layers with output shapes and numbers of weights as Keras prints them; once trained, what is zero beside them."""
    trained = model._trained()
    head = ["Layer (type)", "Output Shape", "Param #"]
    if trained:
        head += ["Zeros", "Inputs in use", "Units alive"]
    rows = [head]
    shape = model._input_shape
    report = iter(model.sparsity().layers) if trained else iter(())
    moved = fixed = 0
    for layer in model.layers:
        count: int | None = 0
        if shape is not None:
            here = layer._counts(prod(shape))
            moved, fixed, count = moved + here[0], fixed + here[1], sum(here)
            shape = layer._output_shape(shape)
        elif layer._weight_names:
            count = None
        row = [
            f"{layer.name} ({type(layer).__name__})",
            str((None, *shape)) if shape else "?",
            "0 (unbuilt)" if count is None else f"{count:,}",
        ]
        if trained and isinstance(layer, Dense):
            item = next(report)
            share = f"{item.zeros:,} ({100 * item.zero_fraction:.1f} %)"
            row += [share, f"{item.inputs_used:,}/{item.inputs:,}", f"{item.units_alive:,}/{item.units:,}"]
        rows.append(row + [""] * (len(head) - len(row)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    width = max(65, max(map(len, lines)))
    counts = {"Total": moved + fixed, "Trainable": moved, "Non-trainable": fixed} if model.built else {}
    text = [f'Model: "{model.name}"', "_" * width, lines[0], "=" * width, *lines[1:], "=" * width]
    for kind in ("Total", "Trainable", "Non-trainable"):
        count = counts.get(kind, 0)
        text += [f"{kind} params: {count:,} ({_size(count * model.dtype.itemsize)})"]
    if trained:
        whole = model.sparsity().total
        text += [f"Exact zeros: {whole.zeros:,} of {whole.weights:,} kernel weights"]
    return "\n".join([*text, "_" * width])
