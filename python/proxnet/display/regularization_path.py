"""Coefficients, scores and non-zeros against the strength of the penalty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._check import shown
from ._axes import axes_or_new, ends, grey, label_strengths, leave_room, palette, row_of_axes
from ._labels import legend_on_top, write_beside
from ._path_data import PathData
from ._path_sources import from_estimator, from_path, is_of_cs, of_cs
from ._scores import draw_counts, draw_folds

if TYPE_CHECKING:
    from matplotlib.axes import Axes


__all__ = ["RegularizationPathDisplay"]

_COLOURED = 10  # number of coloured lines; the others are grey


class RegularizationPathDisplay:
    """A regularization path: from strong penalties at the left to weak ones at the right.

    Parameters
    ----------
    alphas : array of shape (n_alphas,)
        Strengths, in any order.
    coefs : array of shape (n_features, n_alphas), optional
        For several tasks, (n_tasks, n_features, n_alphas), the norm over the tasks is drawn. Coefficients of this shape
        that grow with `alphas` are taken for those of `logistic_path`, and its Cs are drawn as alpha = 1 / C.
    validation : array of shape (n_alphas, n_folds), optional
        Cross-validation errors, as `mse_path_`: smaller is better.
    train : array of shape (n_alphas,), optional
        Errors on the training rows.
    feature_names : list of str, optional
        Written beside the lines.

    Attributes
    ----------
    alphas, coefs, validation, train
        As given, sorted by decreasing alpha.
    nonzeros : array of shape (n_alphas,) or None
        Number of features with a non-zero coefficient.
    alpha_min_, alpha_1se_ : float or None
        The alpha of the smallest mean error, and the largest alpha within one standard error of it.
    ax_ : matplotlib Axes
    count_ax_ : matplotlib Axes, set by `plot_score` if there are coefficients
    figure_ : matplotlib Figure
    lines_ : list of matplotlib Line2D

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from proxnet.display import RegularizationPathDisplay
    >>> from proxnet.linear_model import lasso_path
    >>> path = lasso_path(np.diag([2.0, 1.0]), [4.0, 1.0], alphas=5)
    >>> display = RegularizationPathDisplay.from_path(path, ax=Figure().subplots())
    >>> display.nonzeros
    array([0, 1, 2, 2, 2])
    """

    ax_: Axes
    count_ax_: Axes
    figure_: Any
    lines_: list[Any]

    def __init__(
        self,
        alphas: Any,
        coefs: Any = None,
        *,
        validation: Any = None,
        train: Any = None,
        feature_names: Sequence[str] | None = None,
    ) -> None:
        make = of_cs if is_of_cs(alphas, coefs) else PathData
        self._take(make(alphas, coefs, validation=validation, train=train, names=feature_names))

    def _take(self, data: PathData) -> None:
        self.alphas, self.coefs, self.validation, self.train = data.alphas, data.coefs, data.validation, data.train
        self.feature_names, self._data = data.names, data
        self.nonzeros = None if self.coefs is None else np.count_nonzero(self.coefs, axis=0)
        self.alpha_min_: float | None = None
        self.alpha_1se_: float | None = None
        if data.marks is not None:
            self.alpha_min_, self.alpha_1se_ = data.marks

    @classmethod
    def _of(cls, data: PathData) -> RegularizationPathDisplay:
        display = cls.__new__(cls)
        display._take(data)
        return display

    @classmethod
    def from_path(
        cls, path: Any, *, feature_names: Sequence[str] | None = None, ax: Axes | None = None, **line_options: Any
    ) -> RegularizationPathDisplay:
        """Draw the coefficients of a path from `lasso_path`, `enet_path`, ... or scikit-learn's functions.

        For a `proxnet.path.RegularizationPath` of a network the norms of the inputs' weights are drawn; the display's
        `plot_score` then draws losses and the number of inputs in use. For `logistic_path` the x axis is 1 / C; for
        several classes the norm over the classes is drawn.

        Parameters
        ----------
        path : tuple (alphas, coefs, ...) or object
            As `lasso_path`, `ridge_path`, `logistic_path`, or scikit-learn's `lars_path` return it. An object has
            `alphas_` and `coef_path_` (n_alphas, n_features), or is a least-angle model of scikit-learn.
        feature_names : list of str, optional
        ax : matplotlib Axes, optional
        **line_options
            Passed to `Axes.plot`.
        """
        return cls._of(from_path(path, feature_names)).plot(ax, **line_options)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any = None,
        y: Any = None,
        *,
        kind: str = "score",
        sample_weight: Any = None,
        feature_names: Sequence[str] | None = None,
        ax: Axes | None = None,
    ) -> RegularizationPathDisplay:
        """Draw a fitted `LassoCV`, `ElasticNetCV`, `LogisticRegressionCV` or the like, ours or scikit-learn's.

        The scores by which the estimator chose are drawn; for a `RidgeCV` without `cv` the leave-one-out scores. The
        marks are the estimator's `alpha_min_` and `alpha_1se_` if it has them.

        Parameters
        ----------
        estimator : object with `alphas_` and `mse_path_`, or with `Cs_` and `scores_`, or scikit-learn's RidgeCV
            Also a Pipeline that ends with one, and a GridSearchCV over such a model, or over a parameter named alpha,
            strength or C.
        X, y, sample_weight : arrays, optional
            The arguments of fit. They are needed for the training error of least squares (averaged over targets), and
            for coefficients and scores that the estimator has not stored (scikit-learn's RidgeCV, RidgeClassifierCV).
        kind : "score" or "coefficients", default "score"
        feature_names : list of str, optional
            By default the names of the estimator's fit.
        ax : matplotlib Axes, optional
        """
        if kind not in ("score", "coefficients"):
            raise ValueError(f"[RegularizationPathDisplay] kind must be 'score' or 'coefficients', got {shown(kind)}")
        display = cls._of(from_estimator(estimator, X, y, feature_names, weights=sample_weight, kind=kind))
        return display.plot(ax) if kind == "coefficients" else display.plot_score(ax)

    @classmethod
    def compare(
        cls,
        paths: Mapping[str, Any],
        *,
        axes: Any = None,
        feature_names: Sequence[str] | None = None,
        **line_options: Any,
    ) -> list[RegularizationPathDisplay]:
        """Draw paths of the same features side by side with one y axis scale, for example L1, elastic net and L2.

        Parameters
        ----------
        paths : dict of str to path
            Titles to paths, as `from_path` takes them.
        axes : array of matplotlib Axes, optional
            As many as paths; a new figure otherwise.
        feature_names : list of str, optional
        **line_options
            Passed to `Axes.plot`.
        """
        given: Any = paths
        if not isinstance(given, Mapping):
            kind = type(given).__name__
            raise TypeError(f"[RegularizationPathDisplay.compare] paths must be a dict of titles to paths, got {kind}")
        if not paths:
            raise ValueError("[RegularizationPathDisplay.compare] paths must hold at least one path, got none")
        axes = row_of_axes(len(paths)) if axes is None else np.ravel(axes)
        if len(axes) != len(paths):
            raise ValueError(f"[RegularizationPathDisplay.compare] axes must be {len(paths)}, got {len(axes)}")
        displays = []
        for k, (title, path) in enumerate(paths.items()):
            displays.append(cls.from_path(path, feature_names=feature_names, ax=axes[k], **line_options))
            axes[k].set_title(title)
            if k:
                axes[k].set_ylabel("")
        bounds = np.array([ax.get_ylim() for ax in axes])
        for ax in axes:
            ax.set_ylim(bounds[:, 0].min(), bounds[:, 1].max())
        return displays

    def plot(self, ax: Axes | None = None, **line_options: Any) -> RegularizationPathDisplay:
        """Draw the coefficients against alpha; the ten features with the largest coefficients are coloured.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure otherwise.
        **line_options
            Passed to `Axes.plot`.
        """
        if self.coefs is None:
            raise ValueError(
                "[RegularizationPathDisplay.plot] there are no coefficients; give X and y to from_estimator"
            )
        ax = axes_or_new(ax)
        self.ax_, self.figure_, self.lines_ = ax, ax.figure, []
        used = np.flatnonzero((self.coefs != 0).any(axis=1))
        ranked = used[np.argsort(-np.abs(self.coefs[used]).max(axis=1), kind="stable")]
        coloured = set(ranked[:_COLOURED].tolist())
        ax.axhline(0, color=grey(ax, 0.6), linewidth=0.8, zorder=1)
        few = len(self.coefs) <= _COLOURED  # then each feature has the same colour in every plot
        colours = {feature: palette()[feature if few else k] for k, feature in enumerate(sorted(coloured))}
        for feature in sorted(used, key=lambda j: j in coloured):  # the coloured ones on top
            style: dict[str, Any] = {
                "color": colours.get(int(feature), grey(ax, 0.25)),
                "linewidth": 1.6 if feature in coloured else 0.8,
                "marker": self._marker,
            }
            if self.feature_names:
                style["label"] = self.feature_names[feature]
            self.lines_ += ax.plot(self.alphas, self.coefs[feature], **{**style, **line_options})
        label_strengths(ax, self.alphas, self._data.strength)
        if self.feature_names:
            write_beside(ax, [(self.coefs[j, -1], self.feature_names[j], colours[j]) for j in sorted(coloured)])
        rows = self._data.rows
        ax.set_ylabel(f"norm of the coefficients over the {rows}" if rows else self._data.value)
        if marks := self._mark(ax):
            ax.legend(handles=marks, fontsize="small", framealpha=1, edgecolor="none")
        return self

    def plot_score(self, ax: Axes | None = None, *, folds: bool = True) -> RegularizationPathDisplay:
        """Draw the cross-validation errors against alpha, and the number of non-zero coefficients.

        The band is the mean over the folds +- one standard error.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure otherwise.
        folds : bool, default True
            Also draw the error of each fold; for more than ten folds the range from their 10th to 90th percentile.
        """
        means, spread = self._data.means, self._data.spread
        if means is None or spread is None:
            raise ValueError("[RegularizationPathDisplay.plot_score] there are no scores: draw a LassoCV or the like")
        ax = axes_or_new(ax)
        self.ax_, self.figure_, self.lines_ = ax, ax.figure, []
        ours, other = palette()[:2]
        ax.fill_between(self.alphas, means - spread, means + spread, color=ours, alpha=0.25, linewidth=0)
        if len(means) == 1:
            ax.errorbar(self.alphas, means, spread, color=ours, capsize=4)
        style: dict[str, Any] = {"linewidth": 2, "marker": self._marker}
        self.lines_ += ax.plot(self.alphas, means, color=ours, label="validation ± standard error", **style)
        if self.train is not None:
            self.lines_ += ax.plot(self.alphas, self.train, color=other, linestyle="--", label="training", **style)
        handles = list(self.lines_)
        low, high = ends(means + spread, means - spread, *([] if self.train is None else [self.train]))
        if folds and self.validation is not None:
            handle, drawn = draw_folds(ax, self.alphas, self.validation, ours, self._marker)
            handles.append(handle)
            least, most = ends(np.array([low, high]), drawn)  # an outlying fold must not flatten the other curves
            low, high = max(least, low - (high - low)), min(most, high + (high - low))
        label_strengths(ax, self.alphas, self._data.strength)
        ax.set_ylabel(self._data.score)
        marks = self._mark(ax)
        room = legend_on_top(ax, handles + marks)
        for mark in marks:  # the vertical line ends below the legend
            mark.set_ydata([0, 1 - room])
        leave_room(ax, low, high, room)
        if self.nonzeros is not None:
            line = draw_counts(ax, self.alphas, self.nonzeros, room, self._marker, self._data.counted)
            self.count_ax_ = line.axes
            self.lines_.append(line)
        return self

    @property
    def _marker(self) -> str:
        """A single alpha is drawn as a marker: a line would be invisible."""
        return "o" if len(self.alphas) == 1 else ""

    def _mark(self, ax: Axes) -> list[Any]:
        """Draws vertical lines at alpha_min_ and alpha_1se_, labelled for the legend."""
        if self.alpha_min_ is None or self.alpha_1se_ is None:
            return []
        marks = {self._data.best: (self.alpha_min_, "-"), "1-SE rule": (self.alpha_1se_, ":")}
        return [
            ax.axvline(
                alpha,
                color=grey(ax, 1),
                linewidth=1,
                linestyle=style,
                label=f"{label}, {self._data.strength} = {alpha:.3g}",
            )
            for label, (alpha, style) in marks.items()
        ]
