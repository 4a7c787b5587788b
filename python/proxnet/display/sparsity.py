"""Exact zeros against epochs, and the inputs that a network still uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ._axes import axes_or_new, grey, label_epochs, palette
from ._labels import short
from ._wrapped import feature_names as named_features
from ._wrapped import unwrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..models.sparsity import SparsityReport

__all__ = ["SparsityDisplay"]

_BARS = 30  # maximum number of bars


class SparsityDisplay:
    """Curves of the exact zeros of each layer, or the first layer's inputs as bars or an image.

    Parameters
    ----------
    reports : SparsityReport or list of SparsityReport
        Return values of `model.sparsity()`: one, or one per epoch.
    image_shape : (int, int), optional
        Rows and columns if the inputs are images.
    feature_names : list of str, optional
        Names of the inputs.
    fan_out : array of shape (inputs,), optional
        Number of non-zero weights per input in the first layer; colours the used inputs.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    lines_ : list of matplotlib Line2D, set by `plot`
    image_ : matplotlib AxesImage, set by `plot_inputs` with an `image_shape`
    bars_ : matplotlib BarContainer, set by `plot_inputs` without an `image_shape`

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
    bars_: Any

    def __init__(
        self,
        reports: SparsityReport | Sequence[SparsityReport],
        *,
        image_shape: tuple[int, int] | None = None,
        fan_out: np.ndarray | None = None,
        feature_names: Sequence[str] | None = None,
    ) -> None:
        self.reports = list(reports) if isinstance(reports, Sequence) else [reports]
        if not self.reports:
            raise ValueError("[SparsityDisplay] reports must hold at least one report, got none")
        inputs = self.reports[-1].total.inputs
        if image_shape is not None and int(np.prod(image_shape)) != inputs:
            raise ValueError(f"[SparsityDisplay] image_shape must hold the {inputs} inputs, got {image_shape}")
        self.image_shape = image_shape
        self.fan_out = None if fan_out is None else np.asarray(fan_out)
        if feature_names is not None and len(feature_names) != inputs:
            raise ValueError(
                f"[SparsityDisplay] feature_names must name the {inputs} inputs, got {len(feature_names)} names"
            )
        self.feature_names = None if feature_names is None else [str(name) for name in feature_names]

    @classmethod
    def from_model(
        cls,
        model: Any,
        *,
        image_shape: tuple[int, int] | None = None,
        feature_names: Sequence[str] | None = None,
        ax: Axes | None = None,
    ) -> SparsityDisplay:
        """Draw which inputs a model (or the last step of a Pipeline) uses, by `plot_inputs`."""
        model, steps = unwrap(model)
        if feature_names is None and image_shape is None:
            feature_names = named_features(model, steps)
        kernel = next(layer.kernel for layer in model.layers if hasattr(layer, "kernel"))
        report, fan_out = model.sparsity(), np.count_nonzero(kernel, axis=1)
        return cls(report, image_shape=image_shape, fan_out=fan_out, feature_names=feature_names).plot_inputs(ax)

    def plot(self, ax: Axes | None = None, *, label: str | None = None, **line_options: Any) -> SparsityDisplay:
        """Draw the percentage of exact zeros by epoch: one line per layer, or with `label` one for the whole model.

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

    def plot_inputs(self, ax: Axes | None = None, **options: Any) -> SparsityDisplay:
        """Draw the inputs in use at the last report: those from which a path of non-zero weights leads to an output.

        Images as an image, where the others are hatched. Tables as a bar for each input, as long as the number of units
        that it feeds; of more than 30 inputs those 30 that feed the most.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure otherwise.
        **options
            Passed to `Axes.imshow` or `Axes.barh`.
        """
        ax = axes_or_new(ax)
        self.ax_, self.figure_ = ax, ax.figure
        used = self.reports[-1].layers[0].input_used
        ax.set_title(f"{used.sum()} of {len(used)} inputs in use")
        if self.image_shape is None:
            return self._bars(ax, used, options)
        shape = self.image_shape
        strength = np.ones(len(used)) if self.fan_out is None else self.fan_out
        values = np.ma.masked_array(strength, ~used).reshape(shape)
        low_to_high = {"vmin": 0, "vmax": max(1, strength[used].max(initial=1))}
        self.image_ = ax.imshow(values, **{"cmap": "viridis", "aspect": "equal", **low_to_high, **options})
        ax.patch.set(hatch="xx" if max(shape) <= 16 else "xxxxxx", facecolor=grey(ax, 0), edgecolor=grey(ax, 0.2))
        ax.set(xticks=[], yticks=[])
        if self.fan_out is not None and used.any():
            ax.figure.colorbar(self.image_, ax=ax, shrink=0.8, label="units fed (hatched: not in use)")
        return self

    def _bars(self, ax: Axes, used: np.ndarray, options: dict[str, Any]) -> SparsityDisplay:
        """Draws one bar per input, the first at the top."""
        from matplotlib.ticker import MaxNLocator

        fed = used.astype(int) if self.fan_out is None else np.where(used, self.fan_out, 0)
        shown = np.sort(np.argsort(-fed, kind="stable")[:_BARS])
        names = self.feature_names or [f"input {j}" for j in range(len(used))]
        self.bars_ = ax.barh(np.arange(len(shown)), fed[shown], **{"color": palette()[0], **options})
        ax.set_yticks(np.arange(len(shown)), [short(names[j]) for j in shown], fontsize="small")
        for label, j in zip(ax.get_yticklabels(), shown, strict=True):
            label.set_color(grey(ax, 1.0 if used[j] else 0.45))
        for at in np.flatnonzero(~used[shown]):
            ax.annotate(
                "not in use", (0, at), (3, 0), textcoords="offset points", va="center", fontsize="small"
            ).set_color(grey(ax, 0.45))
        ax.set_ylim(len(shown) - 0.5, -0.5)
        ax.set_xlim(0, max(1, fed.max()) * 1.05)
        ax.set_xlabel("units fed" if self.fan_out is not None else "in use")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        if len(shown) < len(used):
            ax.set_ylabel(f"the {len(shown)} inputs that feed the most units")
        ax.spines[["top", "right"]].set_visible(False)
        return self
