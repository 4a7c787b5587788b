"""Names of lines: beside their ends, or in a legend at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["legend_on_top", "short", "write_beside"]

_LONGEST = 22  # characters, about a fifth of the width of a default figure


def short(name: str) -> str:
    """The name, with its middle replaced by an ellipsis if it is longer than `_LONGEST`."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 9]}…{name[-8:]}"


def legend_on_top(ax: Axes, handles: list[Any]) -> float:
    """Draws a legend at the top of the axes, in two columns if they are wide; returns its fraction of their height."""
    box, dpi = ax.get_window_extent(), ax.figure.dpi
    columns = 2 if box.width > 4.4 * dpi and len(handles) > 2 else 1
    ax.legend(
        handles=handles,
        fontsize="small",
        loc="upper center",
        ncols=columns,
        borderaxespad=0,
        framealpha=1,
        edgecolor="none",
    )
    rows = -(-len(handles) // columns)
    return float(min((0.2 + 0.19 * rows) * dpi / box.height, 0.5))


def write_beside(ax: Axes, ends: list[tuple[float, str, Any]]) -> None:
    """Writes names to the right of their lines, with leader lines; spreads names that would overlap."""
    low, high = ax.get_ylim()
    step = 0.045 * (high - low)
    ends = sorted(ends)
    bunches: list[list[float]] = []  # [mean height, number of names]
    for value, _, _ in ends:
        bunches.append([value, 1])
        while len(bunches) > 1 and bunches[-1][0] - bunches[-2][0] < step * (bunches[-1][1] + bunches[-2][1]) / 2:
            middle, count = bunches.pop()
            before = bunches[-1]
            before[0] = (before[0] * before[1] + middle * count) / (before[1] + count)
            before[1] += count
    heights = [middle + step * (k - (count - 1) / 2) for middle, count in bunches for k in range(int(count))]
    for at, (value, name, colour) in zip(heights, ends, strict=True):
        ax.annotate(
            short(name),
            (1, value),
            xycoords=("axes fraction", "data"),
            xytext=(1.04, at),
            textcoords=("axes fraction", "data"),
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 0},
            color=colour,
            fontsize="small",
            va="center",
            annotation_clip=False,
        )
