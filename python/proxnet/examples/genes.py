"""80 patients, 2000 genes, of which ten determine a trait: the lasso's selections by the min and 1-SE rules."""

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

GENES, PATIENTS, BLOCK = 2000, 80, 20  # the 20 genes of a block are correlated
TRUE = np.arange(10) * 10 * BLOCK  # one gene in every tenth block


@dataclass
class Found:
    """The data and the fitted model of each rule."""

    x: np.ndarray
    y: np.ndarray
    models: dict[str, LassoCV]

    def selected(self, rule: str) -> np.ndarray:
        """Genes with a non-zero coefficient."""
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
    """Genes of a block have correlation 0.3; ten true effects of size 1 to 2; noise with standard deviation 1."""
    rng = np.random.default_rng(seed)
    common = np.repeat(rng.normal(size=(PATIENTS, GENES // BLOCK)), BLOCK, axis=1)
    x = np.sqrt(0.3) * common + np.sqrt(0.7) * rng.normal(size=(PATIENTS, GENES))
    effects = np.linspace(2, 1, len(TRUE)) * np.where(np.arange(len(TRUE)) % 2, -1, 1)
    y = x[:, TRUE] @ effects + rng.normal(size=PATIENTS)
    return Found(x, y, {rule: LassoCV(rule=rule, cv=5, eps=0.02).fit(x, y) for rule in ("min", "1se")})


def draw(found: Found) -> Figure:
    """The paths of the true and the other genes, and the errors of five folds."""
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
