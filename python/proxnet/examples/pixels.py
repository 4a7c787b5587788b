"""Which pixels a digit network reads: the path of a group penalty on scikit-learn's 8 x 8 digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import Sequential, layers, optimizers, set_random_seed
from ..display import RegularizationPathDisplay, SparsityDisplay
from ..path import RegularizationPath, regularization_path
from ._script import panels, run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Found", "draw", "solve"]


@dataclass
class Found:
    """The path, and the network of the 1-SE rule refitted on its pixels."""

    path: RegularizationPath
    model: Any
    accuracy: float

    def __str__(self) -> str:
        used = self.model.sparsity().total.inputs_used
        return f"{used} of 64 pixels are read; {100 * self.accuracy:.1f} % of 360 unseen digits are right"


def solve(seed: int = 0) -> Found:
    """A network with 32 units; strengths grow from dense to sparse."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(x))
    x, y = (x[order] / 16).astype("float32"), y[order]
    set_random_seed(seed)
    model = Sequential([layers.Dense(32, "relu"), layers.Dense(10, "softmax")])
    model.compile(optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    path = regularization_path(model, x[360:], y[360:], penalty="group_input", n_strengths=20, refit=False)
    refit = path.one_se().refit()
    return Found(path, refit, float((refit.predict(x[:360]).argmax(axis=1) == y[:360]).mean()))


def draw(found: Found) -> Figure:
    """Loss and number of pixels against the strength; the pixels in use."""
    figure, (left, right) = panels(2, "Which pixels a digit network reads")
    RegularizationPathDisplay.from_estimator(found.path, ax=left)
    SparsityDisplay.from_model(found.model, image_shape=(8, 8), ax=right)
    return figure


if __name__ == "__main__":
    run(solve, draw, "pixels")
