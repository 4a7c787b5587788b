"""Loss and metrics against epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._check import shown
from ._axes import axes_or_new, label_epochs
from ._wrapped import unwrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D


__all__ = ["HistoryDisplay"]


class HistoryDisplay:
    """Loss and metrics by epoch: solid lines for training, dashed lines for validation.

    Parameters
    ----------
    history : History or dict
        The return value of `fit`, or its `history` dictionary. A shorter series belongs to every second, third, ...
        epoch (`validation_freq`).

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
            raise ValueError(f"[HistoryDisplay] history must hold at least one epoch, got {shown(values)}")
        self.history: dict[str, Sequence[float]] = dict(values)
        epochs = getattr(history, "epoch", None) or range(max(map(len, self.history.values())))
        self.epochs = [epoch + 1 for epoch in epochs]

    @classmethod
    def from_history(
        cls, history: Any, *, metric: str = "loss", ax: Axes | None = None, **line_options: Any
    ) -> HistoryDisplay:
        """Draw one metric of the return value of `fit`; arguments as in `plot`."""
        return cls(history).plot(ax, metric=metric, **line_options)

    @classmethod
    def from_model(
        cls, model: Any, *, metric: str = "loss", ax: Axes | None = None, **line_options: Any
    ) -> HistoryDisplay:
        """Draw one metric of the last `fit` of a model, or of a Pipeline's last step; arguments as in `plot`."""
        history = getattr(unwrap(model)[0], "history", None)
        if history is None:
            raise ValueError("[HistoryDisplay] the model must be trained by fit() first")
        return cls(history).plot(ax, metric=metric, **line_options)

    def plot(self, ax: Axes | None = None, *, metric: str = "loss", **line_options: Any) -> HistoryDisplay:
        """Draw `metric` and, if there is one, its validation series `val_...`.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure otherwise.
        metric : str
            A name in the history: "loss", "accuracy", ...; "val_loss" draws the validation only.
        **line_options
            Passed to `Axes.plot`. With a `label` (several models in one plot) training and validation share the label
            and the colour.
        """
        if metric not in self.history:
            raise ValueError(f"[HistoryDisplay.plot] metric must be one of {sorted(self.history)}, got {shown(metric)}")
        ax = axes_or_new(ax)
        self.ax_, self.figure_, self.lines_ = ax, ax.figure, {}
        base = metric.removeprefix("val_")
        styles = {base: ("training", "-"), f"val_{base}": ("validation", "--")}
        names = [name for name in (metric, f"val_{metric}") if name in self.history]
        given = line_options.pop("label", None)
        for name in names:
            label, style = styles[name]
            if given is not None:
                label = f"{given}, {label}" if len(names) > 1 else given
            marker = "o" if len(self.history[name]) == 1 else ""
            options = {"linestyle": style, "marker": marker, "label": label, **line_options}
            if given is not None and self.lines_ and "c" not in options:
                options.setdefault("color", self.lines_[names[0]].get_color())
            (self.lines_[name],) = ax.plot(self._epochs_of(name), self.history[name], **options)
        label_epochs(ax)
        ax.set_ylabel(base.replace("_", " "))
        ax.legend(frameon=False)
        return self

    def _epochs_of(self, name: str) -> list[int]:
        """The epochs that a value belongs to: all, or every second, third ..."""
        count = len(self.history[name])
        for every in range(1, len(self.epochs) + 1):
            epochs = [epoch for epoch in self.epochs if epoch % every == 0] if every > 1 else self.epochs
            if len(epochs) == count:
                return epochs
        raise ValueError(
            f"[HistoryDisplay.plot] {name} must have a value for each of {len(self.epochs)} epochs, or for every "
            f"second, third ..., got {count}"
        )
