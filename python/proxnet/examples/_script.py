"""Shared by the scripts: a figure with panels, and a command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["panels", "run"]


def panels(count: int, title: str) -> tuple[Figure, Any]:
    """(figure, axes) with `count` panels in a row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2 * count, 4.4), layout="constrained", dpi=110)
    figure.suptitle(title)
    return figure, figure.subplots(1, count)


def run(solve: Callable[[], Any], draw: Callable[[Any], Figure], name: str) -> None:
    """Solves, prints the result, and writes the figure to the file given on the command line."""
    found = solve()
    print(found)
    output = sys.argv[1] if len(sys.argv) > 1 else f"{name}.png"
    draw(found).savefig(output)
    print(f"The picture is in {output}.")
