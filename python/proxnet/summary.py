"""The table that `Sequential.summary` prints, and a notebook shows."""

from __future__ import annotations

from html import escape
from math import prod
from typing import TYPE_CHECKING

from .layers import Dense

if TYPE_CHECKING:
    from .sequential import Sequential

__all__ = ["html", "summary"]


def _size(count: int) -> str:
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.2f} {unit}"
        amount /= 1024
    return f"{amount:.2f} GB"


def _rows(model: Sequential) -> tuple[list[list[str]], list[str]]:
    """The table, its head first, and the lines under it."""
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
    counts = {"Total": moved + fixed, "Trainable": moved, "Non-trainable": fixed} if model.built else {}
    notes = []
    for kind in ("Total", "Trainable", "Non-trainable"):
        count = counts.get(kind, 0)
        notes.append(f"{kind} params: {count:,} ({_size(count * model.dtype.itemsize)})")
    if trained:
        sparsity = model.sparsity()
        notes.append(f"Exact zeros: {sparsity.total.zeros:,} of {sparsity.total.weights:,} kernel weights")
        notes += [] if sparsity.feature_names is None else [f"Inputs in use: {sparsity.listed()}"]
    return rows, notes


def summary(model: Sequential) -> str:
    """Layers with output shapes and numbers of weights as Keras prints them; once trained, what is zero beside them."""
    rows, notes = _rows(model)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    width = max(65, max(map(len, lines)))
    head = [f'Model: "{model.name}"', "_" * width, lines[0], "=" * width]
    return "\n".join([*head, *lines[1:], "=" * width, *notes, "_" * width])


def html(model: Sequential) -> str:
    """The same as an HTML table, for notebooks."""
    rows, notes = _rows(model)

    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f'<{tag} style="text-align: left">{escape(cell)}</{tag}>' for cell in cells) + "</tr>"

    return "\n".join(
        [
            f"<div><p>Model: <b>{escape(model.name)}</b></p>",
            f"<table><thead>{line(rows[0], 'th')}</thead><tbody>",
            *(line(row, "td") for row in rows[1:]),
            "</tbody></table>",
            f"<p>{'<br>'.join(map(escape, notes))}</p></div>",
        ]
    )
