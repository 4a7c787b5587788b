"""Choosing the strength of a lasso: by eye, from the paths, and by cross-validation, with two rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..display import RegularizationPathDisplay
from ..linear_model import Lasso, LassoCV
from ._script import panels, run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Found", "draw", "solve"]

TRUE = np.array([4.0, -3.0, 2.5, 2.0, -1.5])  # coefficients of the first five of 40 features; the others are 0


@dataclass
class Found:
    """The data, the fitted LassoCV, and the features that each rule selects."""

    x: np.ndarray
    y: np.ndarray
    model: LassoCV
    selected: dict[str, list[int]]

    def __str__(self) -> str:
        lines = [f"True features: {list(range(len(TRUE)))}"]
        alphas = {"min": self.model.alpha_min_, "1se": self.model.alpha_1se_}
        for rule, features in self.selected.items():
            lines.append(f"rule={rule!r:6} alpha = {alphas[rule]:.4f} keeps {len(features)}: {features}")
        return "\n".join(lines)


def solve(seed: int = 0) -> Found:
    """100 rows, 40 features, adjacent features correlated, noise with standard deviation 3."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(100, 40))
    x[:, 1:] = 0.7 * x[:, 1:] + 0.5 * x[:, :-1]
    y = x[:, : len(TRUE)] @ TRUE + 3 * rng.normal(size=100)
    model = LassoCV(cv=10, eps=1e-2).fit(x, y)
    alphas = {"min": model.alpha_min_, "1se": model.alpha_1se_}
    selected = {rule: np.flatnonzero(Lasso(alpha).fit(x, y).coef_).tolist() for rule, alpha in alphas.items()}
    return Found(x, y, model, selected)


def draw(found: Found) -> Figure:
    """The paths with both choices marked, and the cross-validation errors."""
    figure, axes = panels(2, "Lasso on 40 features, of which x0 to x4 matter")
    names = [f"x{j}" for j in range(found.x.shape[1])]
    display = RegularizationPathDisplay.from_estimator(
        found.model, found.x, found.y, kind="coefficients", feature_names=names, ax=axes[0]
    )
    axes[0].set_title("By eye: what enters first, and stays", fontsize="medium")
    display.plot_score(axes[1])
    axes[1].set_title("By ten folds: least error, or simplest within one standard error", fontsize="medium")
    return figure


if __name__ == "__main__":
    run(solve, draw, "choosing_alpha")
