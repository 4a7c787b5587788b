"""Loss and metrics against epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._axes import axes_or_new, label_epochs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D


__all__ = ["HistoryDisplay"]


class HistoryDisplay:
    """Curves of what `fit` reported: training in full lines, validation in dashed ones.

    Parameters
    ----------
    history : History or dict
        What `fit` returned, or its `history` dictionary.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    lines_ : dict of str to matplotlib Line2D, by the name in the history

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from proxnet.display import HistoryDisplay
    >>> display = HistoryDisplay({"loss": [0.9, 0.5, 0.3], "val_loss": [1.0, 0.7, 0.6]})
    >>> display.plot(ax=Figure().subplots()).ax_.get_ylabel()
    'loss'
    """

    ax_: Axes
    figure_: Any
    lines_: dict[str, Line2D]

    def __init__(self, history: Any) -> None:
        values = getattr(history, "history", history)
        if not isinstance(values, Mapping) or not values:
            raise ValueError(f"[HistoryDisplay] history must hold at least one epoch, got {values!r}")
        self.history: dict[str, Sequence[float]] = dict(values)
        epochs = getattr(history, "epoch", None) or range(len(next(iter(self.history.values()))))
        self.epochs = [epoch + 1 for epoch in epochs]

    @classmethod
    def from_history(cls, history: Any, *, metric: str = "loss", ax: Axes | None = None) -> HistoryDisplay:
        """Draw one metric of what `fit` returned."""
        return cls(history).plot(ax, metric=metric)

    @classmethod
    def from_model(cls, model: Any, *, metric: str = "loss", ax: Axes | None = None) -> HistoryDisplay:
        """Draw one metric of the model's last `fit`."""
        history = getattr(model, "history", None)
        if history is None:
            raise ValueError("[HistoryDisplay] the model must be trained by fit() first")
        return cls(history).plot(ax, metric=metric)

    def plot(self, ax: Axes | None = None, *, metric: str = "loss", **line_options: Any) -> HistoryDisplay:
        """Draw `metric` and, where there was validation, its `val_` twin.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure otherwise.
        metric : str
            A name in the history: "loss", "accuracy", ...
        **line_options
            Passed to `Axes.plot`.
        """
        if metric not in self.history:
            raise ValueError(f"[HistoryDisplay.plot] metric must be one of {sorted(self.history)}, got {metric!r}")
        ax = axes_or_new(ax)
        self.ax_, self.figure_, self.lines_ = ax, ax.figure, {}
        styles = {metric: ("training", "-"), f"val_{metric}": ("validation", "--")}
        for name, (label, style) in styles.items():
            if name in self.history:
                options = {"linestyle": style, "label": label, **line_options}
                (self.lines_[name],) = ax.plot(self.epochs, self.history[name], **options)
        label_epochs(ax)
        ax.set_ylabel(metric.replace("_", " "))
        ax.legend(frameon=False)
        return self
