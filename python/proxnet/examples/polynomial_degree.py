"""Degree or penalty: a high degree with the right penalty is as accurate as the right degree without a penalty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..linear_model import ElasticNet
from ._script import panels, run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Found", "draw", "solve"]

DEGREES = [1, 2, 3, 5, 9, 15]
ALPHAS = np.geomspace(1, 1e-7, 29)


def truth(t: np.ndarray) -> np.ndarray:
    """The true curve."""
    return np.sin(3 * t) + 0.5 * t


def features(t: np.ndarray, degree: int) -> np.ndarray:
    """Legendre polynomials of degree 1 to `degree`."""
    return np.polynomial.legendre.legvander(t, degree)[:, 1:]


@dataclass
class Found:
    """Training data t, y, and errors (degrees, alphas) against the true curve."""

    t: np.ndarray
    y: np.ndarray
    errors: np.ndarray

    def __str__(self) -> str:
        lines = [f"{'degree':>6}  {'least error':>11}  {'at alpha':>8}  {'without penalty':>15}"]
        for degree, errors in zip(DEGREES, self.errors, strict=True):
            lines.append(f"{degree:6}  {errors.min():11.4f}  {ALPHAS[errors.argmin()]:8.1e}  {errors[-1]:15.4f}")
        return "\n".join(lines)


def solve(seed: int = 1) -> Found:
    """24 training rows with noise of standard deviation 0.25, 400 noise-free test points."""
    rng = np.random.default_rng(seed)
    t = np.sort(rng.uniform(-1, 1, 24))
    y = truth(t) + 0.25 * rng.normal(size=24)
    fresh = np.linspace(-1, 1, 400)
    errors = np.array([[np.mean((fit(t, y, d, a)(fresh) - truth(fresh)) ** 2) for a in ALPHAS] for d in DEGREES])
    return Found(t, y, errors)


def fit(t: np.ndarray, y: np.ndarray, degree: int, alpha: float) -> Callable[[np.ndarray], np.ndarray]:
    """The fitted curve, as a function."""
    model = ElasticNet(alpha, l1_ratio=0.5, tol=1e-6, max_iter=100000).fit(features(t, degree), y)
    return lambda at: model.predict(features(at, degree))


def draw(found: Found) -> Figure:
    """Curves of degree 15 under three penalties, and the error of each degree against alpha."""
    figure, (left, right) = panels(2, "Polynomials on 24 noisy points")
    at = np.linspace(-1, 1, 300)
    left.plot(found.t, found.y, "o", color="0.3", markersize=4, label="data")
    left.plot(at, truth(at), color="0.6", linewidth=4, alpha=0.6, label="truth")
    best = ALPHAS[found.errors[-1].argmin()]
    for alpha, colour, style in ((ALPHAS[-1], "C3", ":"), (best, "C0", "-"), (0.3, "C2", "--")):
        left.plot(at, fit(found.t, found.y, DEGREES[-1], alpha)(at), style, color=colour, label=f"alpha = {alpha:.1g}")
    left.set(xlabel="t", ylabel="y", ylim=(found.y.min() - 0.7, found.y.max() + 0.7))
    left.set_title(f"Degree {DEGREES[-1]} under three penalties", fontsize="medium")
    for k, (degree, errors) in enumerate(zip(DEGREES, found.errors, strict=True)):
        colour = f"C{k}" if degree < 15 else "k"
        right.plot(ALPHAS, errors, color=colour, label=f"degree {degree}")
        right.plot(ALPHAS[errors.argmin()], errors.min(), "o", color=colour, markersize=5)
    right.set(
        xscale="log",
        yscale="log",
        ylim=(0.03, 20),
        xlabel="alpha (from strong to weak)",
        ylabel="mean squared error, new rows",
    )
    right.invert_xaxis()
    right.set_title("Error against alpha; a dot where it is least", fontsize="medium")
    for ax in (left, right):
        ax.legend(frameon=False, fontsize="small")
        ax.grid(alpha=0.3)
        ax.spines[["top", "right"]].set_visible(False)
    return figure


if __name__ == "__main__":
    run(solve, draw, "polynomial_degree")
