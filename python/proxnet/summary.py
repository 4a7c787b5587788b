"""The table that `Sequential.summary` prints."""

from __future__ import annotations

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
    columns = model.input_columns
    report = iter(model.sparsity().layers) if trained else iter(())
    for layer in model.layers:
        if isinstance(layer, Dense):
            count = (columns + 1 if layer.use_bias else columns) * layer.units if columns else None
            columns = layer.units if columns else None
        else:
            count = 0
        row = [
            f"{layer.name} ({type(layer).__name__})",
            f"(None, {columns})" if columns else "?",
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
    total = model.count_params() if model.built else 0
    size = _size(total * model.dtype.itemsize)
    text = [f'Model: "{model.name}"', "_" * width, lines[0], "=" * width, *lines[1:], "=" * width]
    text += [f"Total params: {total:,} ({size})", f"Trainable params: {total:,} ({size})"]
    text += ["Non-trainable params: 0 (0.00 B)"]
    if trained:
        whole = model.sparsity().total
        text += [f"Exact zeros: {whole.zeros:,} of {whole.weights:,} kernel weights"]
    return "\n".join([*text, "_" * width])
