"""L1, elastic net and L2 on pairs of nearly equal features: L1 picks one, the elastic net keeps both, L2 keeps all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..display import RegularizationPathDisplay
from ..linear_model import enet_path
from ._script import panels, run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Found", "draw", "solve"]

NAMES = ["a", "a'", "b", "b'", *[f"noise {k}" for k in range(1, 7)]]
RATIOS = {"L1: one of a pair": 1.0, "elastic net: both": 0.3, "L2: spread over all": 0.0}


@dataclass
class Found:
    """Paths by title, and the coefficients at the alpha where they are compared."""

    paths: dict[str, Any]
    alpha: float
    coefs: dict[str, np.ndarray]

    def __str__(self) -> str:
        lines = [f"alpha = {self.alpha:.3f}" + " " * 11 + "".join(f"{name:>9}" for name in NAMES)]
        lines += [f"{title:24}" + "".join(f"{w:9.3f}" for w in coef) for title, coef in self.coefs.items()]
        return "\n".join(lines)


def solve(seed: int = 0) -> Found:
    """60 rows; y = 2 a - 1.5 b + noise; a, a' (and b, b') are one variable plus independent noise of size 0.1."""
    rng = np.random.default_rng(seed)
    pair = np.repeat(rng.normal(size=(60, 2)), 2, axis=1) + 0.1 * rng.normal(size=(60, 4))
    x = np.hstack([pair, rng.normal(size=(60, 6))])
    y = 2 * x[:, 0] - 1.5 * x[:, 2] + 0.5 * rng.normal(size=60)
    x, y = x - x.mean(axis=0), y - y.mean()
    alphas = np.geomspace(3, 3e-3, 100)
    paths = {
        title: enet_path(x, y, l1_ratio=ratio, alphas=alphas, tol=1e-8, max_iter=10000)[:2]
        for title, ratio in RATIOS.items()
    }
    at = int(np.argmin(np.abs(alphas - 0.5)))
    return Found(paths, float(alphas[at]), {title: coefs[:, at] for title, (_, coefs) in paths.items()})


def draw(found: Found) -> Figure:
    """The three paths on one scale."""
    figure, axes = panels(3, "Two pairs of features that are nearly equal, and six of noise")
    RegularizationPathDisplay.compare(found.paths, axes=axes, feature_names=NAMES)
    for ax in axes:
        ax.axvline(found.alpha, color="0.6", linestyle="--", linewidth=1)
    return figure


if __name__ == "__main__":
    run(solve, draw, "correlated_features")
