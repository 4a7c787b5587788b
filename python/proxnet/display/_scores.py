"""Parts of the plot of scores: the folds, and the number of non-zero coefficients on a second y axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._axes import grey, leave_room

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_counts", "draw_folds"]

_FOLDS = 10  # more folds than these are drawn as a band


def draw_folds(ax: Axes, alphas: np.ndarray, scores: np.ndarray, colour: str, marker: str) -> tuple[Any, np.ndarray]:
    """Draws scores (alphas, folds) as lines, or as a band of many folds; returns the legend's artist and the values."""
    if scores.shape[1] <= _FOLDS:
        lines = ax.plot(alphas, scores, zorder=1, color=colour, linewidth=0.6, alpha=0.5, marker=marker)
        lines[0].set_label("each fold")
        return lines[0], scores
    band = np.percentile(scores, [10, 90], axis=1)
    label = f"80 % of {scores.shape[1]} folds"
    return ax.fill_between(alphas, *band, color=colour, alpha=0.12, linewidth=0, zorder=1, label=label), band


def draw_counts(ax: Axes, alphas: np.ndarray, counts: np.ndarray, room: float, marker: str, label: str) -> Any:
    """Draws counts as steps on a second y axis, below a free fraction `room` at the top; returns the line."""
    right: Any = ax.twinx()
    (line,) = right.step(alphas, counts, where="mid", color=grey(ax, 0.5), linewidth=1, marker=marker, label=label)
    right.set_ylabel(label, color=grey(ax, 0.6))
    right.tick_params(axis="y", colors=grey(ax, 0.6))
    leave_room(right, 0, max(1, counts.max()), room)
    right.spines[["top"]].set_visible(False)
    ax.set_zorder(right.get_zorder() + 1)
    ax.patch.set_visible(False)
    return line
