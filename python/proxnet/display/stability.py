"""Selection probabilities of stability selection, with the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ._axes import axes_or_new, grey, palette
from ._labels import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["StabilityDisplay"]

_BARS = 25  # maximum number of bars


class StabilityDisplay:
    """A bar per feature, as long as the share of subsamples in which it was selected; stable ones are coloured.

    Parameters
    ----------
    probabilities : array of shape (n_features,)
        Shares in [0, 1].
    threshold : float
        From which share on a feature is stable.
    feature_names : list of str, optional

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    bars_ : matplotlib BarContainer

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from proxnet.display import StabilityDisplay
    >>> display = StabilityDisplay([0.9, 0.1, 0.4], 0.75).plot(Figure().subplots())
    >>> display.ax_.get_title()
    '1 of 3 features stable'
    """

    ax_: Axes
    figure_: Any
    bars_: Any

    def __init__(self, probabilities: Any, threshold: float, *, feature_names: Sequence[str] | None = None) -> None:
        self.probabilities, self.threshold = np.asarray(probabilities, float), float(threshold)
        if self.probabilities.ndim != 1 or not len(self.probabilities):
            raise ValueError(
                f"[StabilityDisplay] probabilities must be a vector with an entry, got shape {self.probabilities.shape}"
            )
        if feature_names is not None and len(feature_names) != len(self.probabilities):
            raise ValueError(
                f"[StabilityDisplay] feature_names must name {len(self.probabilities)} features, "
                f"got {len(feature_names)}"
            )
        self.feature_names = None if feature_names is None else [str(name) for name in feature_names]

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, feature_names: Sequence[str] | None = None, ax: Axes | None = None
    ) -> StabilityDisplay:
        """Draw a fitted `proxnet.path.StabilitySelection`.

        Parameters
        ----------
        estimator : StabilitySelection
        feature_names : list of str, optional
            By default the names of the estimator's fit.
        ax : matplotlib Axes, optional
        """
        if not hasattr(estimator, "selection_probabilities_"):
            kind = type(estimator).__name__
            raise ValueError(f"[StabilityDisplay] estimator must be a fitted StabilitySelection, got {kind}")
        names = getattr(estimator, "feature_names_in_", None) if feature_names is None else feature_names
        return cls(estimator.selection_probabilities_, estimator.threshold_, feature_names=names).plot(ax)

    def plot(self, ax: Axes | None = None, **options: Any) -> StabilityDisplay:
        """Draw the features selected most often, the most stable at the top, 25 at most.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure otherwise.
        **options
            Passed to `Axes.barh`.
        """
        ax = axes_or_new(ax)
        self.ax_, self.figure_ = ax, ax.figure
        shown = np.argsort(-self.probabilities, kind="stable")[:_BARS]
        stable = self.probabilities >= self.threshold - 1e-12
        names = self.feature_names or [f"feature {j}" for j in range(len(stable))]
        colours = [palette()[0] if stable[j] else grey(ax, 0.35) for j in shown]
        self.bars_ = ax.barh(np.arange(len(shown)), self.probabilities[shown], **{"color": colours, **options})
        ax.set_yticks(np.arange(len(shown)), [short(names[j]) for j in shown], fontsize="small")
        ax.set_ylim(len(shown) - 0.5, -0.5)
        ax.set_xlim(0, 1.02)
        line = ax.axvline(self.threshold, color=grey(ax, 1), linewidth=1, linestyle=":")
        line.set_label(f"threshold {self.threshold:g}")
        ax.legend(handles=[line], fontsize="small", frameon=False, loc="lower right")
        ax.set_xlabel("share of subsamples that select the feature")
        if len(shown) < len(stable):
            ax.set_ylabel(f"the {len(shown)} features selected most often")
        ax.set_title(f"{stable.sum()} of {len(stable)} features stable")
        ax.spines[["top", "right"]].set_visible(False)
        return self
