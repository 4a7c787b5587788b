"""Where to draw: the axes that were given, or new ones; and how high they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes_or_new", "ends", "label_epochs", "label_strengths", "leave_room", "row_of_axes"]


def axes_or_new(ax: Axes | None) -> Axes:
    """`ax`, or the axes of a new figure. The backend and the window are the caller's business."""
    return row_of_axes(1)[0] if ax is None else ax


def row_of_axes(count: int) -> Any:
    """So many axes of a new figure, side by side, with room for names beside lines."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("[display] drawing needs matplotlib: pip install 'proxnet[plot]'") from error
    size = None if count == 1 else (4.4 * count, 4)
    return np.ravel(plt.subplots(1, count, figsize=size, layout="constrained")[1])


def label_epochs(ax: Axes) -> None:
    """Whole numbers of epochs under the axes, a light grid, no box."""
    from matplotlib.ticker import MaxNLocator

    ax.set_xlabel("epoch")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)


def ends(*curves: np.ndarray) -> tuple[float, float]:
    """The smallest and the largest finite number; (0, 1) without one."""
    numbers = np.concatenate([np.ravel(curve) for curve in curves])
    finite = numbers[np.isfinite(numbers)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)


def leave_room(ax: Axes, low: float, high: float) -> None:
    """Ticks from `low` to `high`, and above them a quarter of the axes for a legend."""
    span = high - low or abs(high) or 1.0
    ax.set_ylim(low - 0.05 * span, low + 1.45 * span)
    ax.set_yticks([tick for tick in ax.get_yticks() if low - 0.05 * span <= tick <= low + 1.05 * span])


def label_strengths(ax: Axes, alphas: np.ndarray, name: str) -> None:
    """Falling alphas from left to right, in the logarithm where they are > 0 and span a factor of 3, no box."""
    wide = (alphas > 0).all() and len(alphas) > 1 and alphas[0] > 3 * alphas[-1]
    ax.set_xscale("log" if wide else "linear")
    if alphas[0] > alphas[-1]:
        ax.set_xlim(alphas[0], alphas[-1])
    ax.set_xlabel(f"{name} (from strong to weak)")
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
