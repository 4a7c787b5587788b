"""Overfitting seen in the curves of a network, then cured by L1: the breast cancer data with 60 columns of noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import Sequential, layers, optimizers, set_random_seed
from ..display import HistoryDisplay
from ..regularizers import L1
from ._script import panels, run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Found", "draw", "solve"]


@dataclass
class Found:
    """The models without a penalty and with L1, and their histories."""

    models: dict[str, Any]
    histories: dict[str, Any]

    def last(self, title: str) -> float:
        """The validation loss after the last epoch, without the penalty."""
        return float(self.histories[title].history["val_binary_crossentropy"][-1])

    def __str__(self) -> str:
        return "\n".join(
            f"{title:10} validation loss {self.last(title):.3f}, "
            f"{model.sparsity().total.inputs_used} of 90 inputs in use"
            for title, model in self.models.items()
        )


def solve(seed: int = 0) -> Found:
    """A network with 64 units, 60 epochs."""
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    x = np.hstack([x, rng.normal(size=(len(x), 60))])[order].astype("float32")
    found = Found({}, {})
    for title, strength in (("no penalty", 0.0), ("L1", 0.004)):
        set_random_seed(seed)
        model = Sequential([layers.Dense(64, "relu", kernel_regularizer=L1(strength)), layers.Dense(1, "sigmoid")])
        model.compile(optimizers.Adam(3e-3), "binary_crossentropy", ["binary_crossentropy"])
        found.histories[title] = model.fit(x, y[order], epochs=60, validation_split=0.4, verbose=0)
        found.models[title] = model
    return found


def draw(found: Found) -> Figure:
    """Training and validation losses side by side: the gap between them is the overfitting."""
    figure, axes = panels(2, "Overfitting, and L1")
    for ax, (title, history) in zip(axes, found.histories.items(), strict=True):
        HistoryDisplay(history).plot(ax, metric="binary_crossentropy")
        ax.set_title(title)
        ax.set_ylim(0, 0.5)
    return figure


if __name__ == "__main__":
    run(solve, draw, "overfitting")
