"""Where to draw: the axes that were given, or new ones; and how high they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes_or_new", "ends", "grey", "label_epochs", "label_strengths", "leave_room", "palette", "row_of_axes"]

# Colours that no grey line can be taken for: where the style's own are fewer than ten.
_COLOURS = "#1f77b4 #ff7f0e #2ca02c #d62728 #9467bd #8c564b #e377c2 #bcbd22 #17becf #393b79".split()


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


def grey(ax: Axes, weight: float) -> tuple[float, float, float]:
    """Between the background (0) and the text (1) of these axes, which may be light on dark."""
    from matplotlib.colors import to_rgb, to_rgba

    text, ground = np.array(to_rgb(ax.xaxis.label.get_color())), np.array(to_rgba(ax.get_facecolor()))
    shown = ground[:3] if ground[3] > 0 else text.mean() < 0.5  # transparent: the opposite of the text
    red, green, blue = weight * text + (1 - weight) * shown
    return float(red), float(green), float(blue)


def palette() -> list[str]:
    """Ten different colours, the style's own first, none of them grey."""
    from matplotlib import rcParams
    from matplotlib.colors import rgb_to_hsv, to_hex, to_rgb

    own = [to_hex(colour) for colour in rcParams["axes.prop_cycle"].by_key().get("color", [])]
    vivid = [colour for colour in (*own, *_COLOURS) if rgb_to_hsv(to_rgb(colour))[1] > 0.1]
    return list(dict.fromkeys(vivid))[:10]


def label_epochs(ax: Axes) -> None:
    """Whole numbers of epochs under the axes, a light grid, no box."""
    from matplotlib.ticker import MaxNLocator

    ax.set_xlabel("epoch")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)


def ends(*curves: np.ndarray) -> tuple[float, float]:
    """The smallest and the largest finite number; (0, 1) without one."""
    numbers = np.concatenate([np.ravel(curve) for curve in curves])
    finite = numbers[np.isfinite(numbers)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)


def leave_room(ax: Axes, low: float, high: float, share: float) -> None:
    """Ticks from `low` to `high`, and above them this share of the axes for a legend."""
    span = high - low or abs(high) or 1.0
    ax.set_ylim(low - 0.05 * span, low - 0.05 * span + 1.1 * span / (1 - share))
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
