"""Ten genes of 2000 decide a trait, 80 patients are measured: what the lasso finds, and what the 1-SE rule leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..display import RegularizationPathDisplay
from ..linear_model import LassoCV
from ._script import panels, run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Found", "draw", "solve"]

GENES, PATIENTS, BLOCK = 2000, 80, 20  # genes of a block of 20 are expressed together
TRUE = np.arange(10) * 10 * BLOCK  # one gene in every tenth block


@dataclass
class Found:
    """The data, the model of either rule, and genes found and false."""

    x: np.ndarray
    y: np.ndarray
    models: dict[str, LassoCV]

    def selected(self, rule: str) -> np.ndarray:
        """Genes with a coefficient."""
        return np.flatnonzero(self.models[rule].coef_)

    def __str__(self) -> str:
        lines = []
        for rule in self.models:
            genes = self.selected(rule)
            right = np.intersect1d(genes, TRUE)
            lines.append(
                f"rule={rule!r:6} keeps {len(genes)} of {GENES} genes, {len(right)} of the {len(TRUE)} true ones"
            )
        return "\n".join(lines)


def solve(seed: int = 0) -> Found:
    """Genes of a block correlate by 0.3; the ten true ones have effects of 1 to 2 and noise has deviation 1."""
    rng = np.random.default_rng(seed)
    common = np.repeat(rng.normal(size=(PATIENTS, GENES // BLOCK)), BLOCK, axis=1)
    x = np.sqrt(0.3) * common + np.sqrt(0.7) * rng.normal(size=(PATIENTS, GENES))
    effects = np.linspace(2, 1, len(TRUE)) * np.where(np.arange(len(TRUE)) % 2, -1, 1)
    y = x[:, TRUE] @ effects + rng.normal(size=PATIENTS)
    return Found(x, y, {rule: LassoCV(rule=rule, cv=5, eps=0.02).fit(x, y) for rule in ("min", "1se")})


def draw(found: Found) -> Figure:
    """The true genes' paths among the others, and the errors of five folds."""
    figure, (left, right) = panels(2, f"{GENES} genes, {PATIENTS} patients, {len(TRUE)} genes that matter")
    model = found.models["min"]
    coefs = model.coef_path_.T
    others = np.setdiff1d(np.arange(GENES), TRUE)
    RegularizationPathDisplay(model.alphas_, coefs[others]).plot(left, color="0.8", linewidth=0.7, zorder=1)
    names = [f"gene {gene}" for gene in TRUE]
    true = RegularizationPathDisplay(model.alphas_, coefs[TRUE], validation=model.mse_path_, feature_names=names)
    true.plot(left, zorder=2)
    left.set_title("Paths: the true genes in colour, all others in grey", fontsize="medium")
    RegularizationPathDisplay.from_estimator(model, found.x, found.y, ax=right)
    right.set_title("Error of five folds", fontsize="medium")
    return figure


if __name__ == "__main__":
    run(solve, draw, "genes")
