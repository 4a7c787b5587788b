"""Where to draw: the axes that were given, or new ones; and how high they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes_or_new", "label_epochs", "leave_room"]


def axes_or_new(ax: Axes | None) -> Axes:
    """`ax`, or the axes of a new figure. The backend and the window are the caller's business."""
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("[display] drawing needs matplotlib: pip install 'proxnet[plot]'") from error
    return plt.subplots()[1]


def label_epochs(ax: Axes) -> None:
    """Whole numbers of epochs under the axes, a light grid, no box."""
    from matplotlib.ticker import MaxNLocator

    ax.set_xlabel("epoch")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)


def leave_room(ax: Axes, low: float, high: float) -> None:
    """Ticks from `low` to `high`, and above them a quarter of the axes for a legend."""
    span = max(high - low, 1e-300)
    ax.set_ylim(low - 0.05 * span, low + 1.45 * span)
    ax.set_yticks([tick for tick in ax.get_yticks() if low - 0.05 * span <= tick <= high + 0.05 * span])
