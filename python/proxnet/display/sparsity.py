"""Exact zeros against epochs, and the inputs that a network still reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ._axes import axes_or_new, label_epochs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..sparsity import SparsityReport

__all__ = ["SparsityDisplay"]


class SparsityDisplay:
    """Curves of the exact zeros of each layer, or the first layer's inputs as an image.

    Parameters
    ----------
    reports : SparsityReport or list of SparsityReport
        What `model.sparsity()` returned, once or at the end of every epoch.
    image_shape : (int, int), optional
        Rows and columns of the images that the inputs are.
    fan_out : array of shape (inputs,), optional
        How many units of the first layer each input feeds; colours the inputs in use.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    lines_ : list of matplotlib Line2D, of `plot`
    image_ : matplotlib AxesImage, of `plot_inputs`

    Examples
    --------
    A model's zeros, epoch by epoch:

    >>> from proxnet.callbacks import LambdaCallback
    >>> from proxnet.display import SparsityDisplay
    >>> reports = []
    >>> record = LambdaCallback(on_epoch_end=lambda epoch, logs: reports.append(model.sparsity()))
    >>> model.fit(x, y, epochs=20, callbacks=[record])  # doctest: +SKIP
    >>> SparsityDisplay(reports).plot()  # doctest: +SKIP
    """

    ax_: Axes
    figure_: Any
    lines_: list[Any]
    image_: Any

    def __init__(
        self,
        reports: SparsityReport | Sequence[SparsityReport],
        *,
        image_shape: tuple[int, int] | None = None,
        fan_out: np.ndarray | None = None,
    ) -> None:
        self.reports = list(reports) if isinstance(reports, Sequence) else [reports]
        if not self.reports:
            raise ValueError("[SparsityDisplay] reports must hold at least one report, got none")
        inputs = self.reports[-1].total.inputs
        if image_shape is not None and int(np.prod(image_shape)) != inputs:
            raise ValueError(f"[SparsityDisplay] image_shape must hold the {inputs} inputs, got {image_shape}")
        self.image_shape = image_shape
        self.fan_out = None if fan_out is None else np.asarray(fan_out)

    @classmethod
    def from_model(
        cls, model: Any, *, image_shape: tuple[int, int] | None = None, ax: Axes | None = None
    ) -> SparsityDisplay:
        """Draw which inputs the model reads now, as an image where `image_shape` is given and as a row otherwise."""
        fan_out = np.count_nonzero(model.get_weights()[0], axis=1)
        return cls(model.sparsity(), image_shape=image_shape, fan_out=fan_out).plot_inputs(ax)

    def plot(self, ax: Axes | None = None, *, label: str | None = None, **line_options: Any) -> SparsityDisplay:
        """Draw the share of exact zeros against epochs: one line a layer, or one of the whole model named `label`.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure otherwise.
        label : str, optional
            Draw the whole model under this name: for comparisons.
        **line_options
            Passed to `Axes.plot`.
        """
        ax = axes_or_new(ax)
        self.ax_, self.figure_, self.lines_ = ax, ax.figure, []
        epochs = range(1, len(self.reports) + 1)
        options = {"marker": "o"} if len(self.reports) == 1 else {}
        if label is not None:
            shares = {label: [100 * report.total.zero_fraction for report in self.reports]}
        else:
            shares = {
                layer.name: [100 * report.layers[index].zero_fraction for report in self.reports]
                for index, layer in enumerate(self.reports[-1].layers)
            }
        for name, share in shares.items():
            self.lines_ += ax.plot(epochs, share, **{**options, "label": name, **line_options})
        label_epochs(ax)
        ax.set_ylabel("weights exactly zero, %")
        ax.set_ylim(-2, 102)
        ax.legend(frameon=False)
        return self

    def plot_inputs(self, ax: Axes | None = None, **image_options: Any) -> SparsityDisplay:
        """Draw the inputs in use at the last report; those that no path joins to an output are hatched.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure otherwise.
        **image_options
            Passed to `Axes.imshow`.
        """
        ax = axes_or_new(ax)
        used = self.reports[-1].layers[0].input_used
        shape = self.image_shape or (1, len(used))
        strength = np.ones(len(used)) if self.fan_out is None else self.fan_out
        values = np.ma.masked_array(strength, ~used).reshape(shape)
        low_to_high = {"vmin": 0, "vmax": max(1, strength[used].max(initial=1))}
        self.ax_, self.figure_ = ax, ax.figure
        self.image_ = ax.imshow(values, **{"cmap": "viridis", "aspect": "equal", **low_to_high, **image_options})
        ax.patch.set(hatch="xx" if max(shape) <= 16 else "xxxxxx", facecolor="white", edgecolor="0.8")
        ax.set(xticks=[], yticks=[], title=f"{used.sum()} of {len(used)} inputs in use")
        return self
