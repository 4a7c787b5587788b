"""Names written beside lines instead of in a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["write_beside"]


def write_beside(ax: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Names at the right ends of their lines; where they would touch, a bunch spreads around its middle."""
    low, high = ax.get_ylim()
    step = 0.045 * (high - low)
    ends = sorted(ends)
    bunches: list[list[float]] = []  # [middle, names]
    for value, _, _ in ends:
        bunches.append([value, 1])
        while len(bunches) > 1 and bunches[-1][0] - bunches[-2][0] < step * (bunches[-1][1] + bunches[-2][1]) / 2:
            middle, count = bunches.pop()
            before = bunches[-1]
            before[0] = (before[0] * before[1] + middle * count) / (before[1] + count)
            before[1] += count
    heights = [middle + step * (k - (count - 1) / 2) for middle, count in bunches for k in range(int(count))]
    for at, (_, name, colour) in zip(heights, ends, strict=True):
        ax.annotate(
            name,
            (1, at),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            color=colour,
            fontsize="small",
            va="center",
            annotation_clip=False,
        )
