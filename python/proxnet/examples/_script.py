"""What the scripts share: a figure, and a file to write it to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["panels", "run"]


def panels(count: int, title: str) -> tuple[Figure, Any]:
    """A figure of panels in a row, and their axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2 * count, 4.4), layout="constrained", dpi=110)
    figure.suptitle(title)
    return figure, figure.subplots(1, count)


def run(solve: Callable[[], Any], draw: Callable[[Any], Figure], name: str) -> None:
    """Solve, print what was found, write the picture to the file that the command line names."""
    found = solve()
    print(found)
    output = sys.argv[1] if len(sys.argv) > 1 else f"{name}.png"
    draw(found).savefig(output)
    print(f"The picture is in {output}.")
