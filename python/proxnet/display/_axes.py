"""Axes, colours, axis labels and limits that the plots share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes_or_new", "ends", "grey", "label_epochs", "label_strengths", "leave_room", "palette", "row_of_axes"]

# Saturated colours for styles with fewer than ten of their own.
_COLOURS = "#1f77b4 #ff7f0e #2ca02c #d62728 #9467bd #8c564b #e377c2 #bcbd22 #17becf #393b79".split()


def axes_or_new(ax: Axes | None) -> Axes:
    """`ax`, or the axes of a new figure, which is not shown."""
    return row_of_axes(1)[0] if ax is None else ax


def row_of_axes(count: int) -> Any:
    """`count` axes of a new figure, side by side."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("[display] drawing needs matplotlib: pip install 'proxnet[plot]'") from error
    size = None if count == 1 else (4.4 * count, 4)
    return np.ravel(plt.subplots(1, count, figsize=size, layout="constrained")[1])


def grey(ax: Axes, weight: float) -> tuple[float, float, float]:
    """The RGB colour (1 - weight) * background + weight * text of these axes."""
    from matplotlib.colors import to_rgb, to_rgba

    text, ground = np.array(to_rgb(ax.xaxis.label.get_color())), np.array(to_rgba(ax.get_facecolor()))
    shown = (
        ground[:3] if ground[3] > 0 else text.mean() < 0.5
    )  # a transparent background is taken for black or white, the opposite of the text
    red, green, blue = weight * text + (1 - weight) * shown
    return float(red), float(green), float(blue)


def palette() -> list[str]:
    """Ten different colours without greys, the style's own first."""
    from matplotlib import rcParams
    from matplotlib.colors import rgb_to_hsv, to_hex, to_rgb

    own = [to_hex(colour) for colour in rcParams["axes.prop_cycle"].by_key().get("color", [])]
    vivid = [colour for colour in (*own, *_COLOURS) if rgb_to_hsv(to_rgb(colour))[1] > 0.1]
    return list(dict.fromkeys(vivid))[:10]


def label_epochs(ax: Axes) -> None:
    """Labels the x axis in whole epochs; a light grid, no box."""
    from matplotlib.ticker import MaxNLocator

    ax.set_xlabel("epoch")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)


def ends(*curves: np.ndarray) -> tuple[float, float]:
    """(min, max) over the finite numbers; (0, 1) if there is none."""
    numbers = np.concatenate([np.ravel(curve) for curve in curves])
    finite = numbers[np.isfinite(numbers)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)


def leave_room(ax: Axes, low: float, high: float, share: float) -> None:
    """Sets the y limits to [low, high] plus a top fraction `share` of the axes without ticks, for a legend."""
    span = high - low or abs(high) or 1.0
    ax.set_ylim(low - 0.05 * span, low - 0.05 * span + 1.1 * span / (1 - share))
    ax.set_yticks([tick for tick in ax.get_yticks() if low - 0.05 * span <= tick <= low + 1.05 * span])


def label_strengths(ax: Axes, alphas: np.ndarray, name: str) -> None:
    """An x axis of decreasing alphas, logarithmic if all are > 0 and max > 3 min; no box."""
    wide = (alphas > 0).all() and len(alphas) > 1 and alphas[0] > 3 * alphas[-1]
    ax.set_xscale("log" if wide else "linear")
    if alphas[0] > alphas[-1]:
        ax.set_xlim(alphas[0], alphas[-1])
    ax.set_xlabel(f"{name} (from strong to weak)")
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
