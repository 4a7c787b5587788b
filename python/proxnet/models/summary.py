"""The table that `Sequential.summary` prints, and a notebook shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import prod

from ..layers import Dense, Layer
from .sparsity import SparsityReport

__all__ = ["Summary"]


def _size(count: int) -> str:
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.2f} {unit}"
        amount /= 1024
    return f"{amount:.2f} GB"


class Summary:
    """Layers with output shapes and numbers of weights as Keras prints them; once trained, also their zeros.

    Parameters
    ----------
    name : str
        The model's name.
    layers : sequence of Layer
        One after the other.
    row_shape : tuple of int or None
        The shape of an input row, None as long as it is unknown.
    itemsize : int
        Bytes per weight; 0 before the model has weights.
    report : SparsityReport or None
        The zeros of a trained model.
    """

    def __init__(
        self,
        name: str,
        layers: Sequence[Layer],
        row_shape: tuple[int, ...] | None,
        itemsize: int,
        report: SparsityReport | None,
    ) -> None:
        head = ["Layer (type)", "Output Shape", "Param #"]
        if report is not None:
            head += ["Zeros", "Inputs in use", "Units alive"]
        self._name, self._rows = name, [head]
        shape = row_shape
        zeros = iter(report.layers if report is not None else ())
        trainable = others = 0
        for layer in layers:
            count: int | None = 0
            if shape is not None:
                here = layer._counts(prod(shape))
                trainable, others, count = trainable + here[0], others + here[1], sum(here)
                shape = layer._output_shape(shape)
            elif layer._weight_names:
                count = None
            row = [
                f"{layer.name} ({type(layer).__name__})",
                str((None, *shape)) if shape else "?",
                "0 (unbuilt)" if count is None else f"{count:,}",
            ]
            if report is not None and isinstance(layer, Dense):
                item = next(zeros)
                share = f"{item.zeros:,} ({100 * item.zero_fraction:.1f} %)"
                row += [share, f"{item.inputs_used:,}/{item.inputs:,}", f"{item.units_alive:,}/{item.units:,}"]
            self._rows.append(row + [""] * (len(head) - len(row)))
        self._notes = []
        for kind, count in {"Total": trainable + others, "Trainable": trainable, "Non-trainable": others}.items():
            number = count if itemsize else 0
            self._notes.append(f"{kind} params: {number:,} ({_size(number * itemsize)})")
        if report is not None:
            total = report.total
            self._notes.append(f"Exact zeros: {total.zeros:,} of {total.weights:,} kernel weights")
            self._notes += [] if report.feature_names is None else [f"Inputs in use: {report.listed()}"]

    def __str__(self) -> str:
        rows = self._rows
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        width = max(65, max(map(len, lines)))
        head = [f'Model: "{self._name}"', "_" * width, lines[0], "=" * width]
        return "\n".join([*head, *lines[1:], "=" * width, *self._notes, "_" * width])

    def html(self) -> str:
        """The same as an HTML table, for notebooks."""

        def line(cells: list[str], tag: str) -> str:
            styled = (f'<{tag} style="text-align: left">{escape(cell)}</{tag}>' for cell in cells)
            return f"<tr>{''.join(styled)}</tr>"

        return "\n".join(
            [
                f"<div><p>Model: <b>{escape(self._name)}</b></p>",
                f"<table><thead>{line(self._rows[0], 'th')}</thead><tbody>",
                *(line(row, "td") for row in self._rows[1:]),
                "</tbody></table>",
                f"<p>{'<br>'.join(map(escape, self._notes))}</p></div>",
            ]
        )
