"""The convergence warning of all linear models: the gap reached, the tolerance, and remedies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ... import _core
from .._sklearn import compat

__all__ = [
    "GLM",
    "LEAST_SQUARES",
    "OPTIMALITY",
    "Asked",
    "convergence_warning",
    "uneven_features",
    "warn_unless_converged",
]

_UNEVEN = 100.0  # advise scaling if max_j std(x_j) > 100 * min_j std(x_j)


class Asked(NamedTuple):
    """A stopping rule: gap (or KKT violation) <= ``tol * scale``.

    reference: the name of `scale` in messages. steps: the name of the iterations that `max_iter` counts. distance: the
    rule is on the KKT violation, else on the duality gap. standardize: the solver scales the features itself.
    """

    reference: str
    steps: str = "iterations"
    distance: bool = False
    tol: float = 0.0
    max_iter: int = 0
    standardize: bool = False
    scale: float = 0.0

    def of(self, settings: Mapping[str, Any], scale: float) -> Asked:
        """The rule with the tol, max_iter and standardize of these options."""
        names = ("tol", "max_iter", "standardize")
        return self._replace(scale=float(scale), **{name: settings[name] for name in names if name in settings})


LEAST_SQUARES = Asked("the mean square of y")
GLM = Asked("the loss at zero coefficients", steps="Newton steps")
OPTIMALITY = Asked("the largest gradient at zero coefficients", distance=True)


def warn_unless_converged(design: _core.Design, path: Mapping[str, Any], asked: Asked) -> None:
    """Warns if the path stopped early at some alphas, and names the one with the largest gap."""
    left = [k for k, reached in enumerate(path["converged"]) if not reached]
    if not left:
        return
    worst, points = max(left, key=lambda k: path["gap"][k]), len(path["alphas"])
    where = f", at {len(left)} of {points} alphas, alpha = {path['alphas'][worst]:.6g} the worst" if points > 1 else ""
    made = path["iterations"][worst]
    convergence_warning(design, asked, gap=path["gap"][worst], made=made, where=where)


def convergence_warning(design: _core.Design, asked: Asked, *, gap: float, made: int | None, where: str) -> None:
    """Warns that `gap` was left after `made` steps (None: unknown). where: names one problem of several."""
    if asked.distance:
        reached, meaning = f"with coefficients {gap:.3e} from the optimality conditions", ""
    else:
        reached, meaning = f"at a duality gap of {gap:.3e}", ": the objective is at most this far above its minimum"
    helps = [] if asked.standardize else uneven_features(design)
    if made is None or made >= asked.max_iter:
        stopped = f"stopped after max_iter={asked.max_iter} {asked.steps}"
        helps = [f"raise max_iter above {asked.max_iter}", *helps]
    else:
        stopped = f"stopped after {made} {asked.steps}, when only rounding was left,"
    if asked.scale > 0 and np.isfinite(gap):
        helps.append(f"accept tol={1.05 * gap / asked.scale:.1e}")
    helps.append("use a stronger penalty (a larger alpha, a smaller C)")
    compat.convergence_warning(
        "Objective did not converge. You might want to increase the number of iterations. The solver "
        f"{stopped} {reached}{where}{meaning}. tol * {asked.reference} = {asked.tol * asked.scale:.3e}. What helps: "
        f"{'; '.join(helps)}."
    )


def uneven_features(design: _core.Design) -> list[str]:
    """The advice to scale the features if their standard deviations differ by more than `_UNEVEN`, else nothing."""
    deviations = design.column_deviations()
    varying = np.flatnonzero(deviations > 0)
    if not varying.size:
        return []
    least, most = varying[np.argmin(deviations[varying])], int(np.argmax(deviations))
    if not deviations[most] > _UNEVEN * deviations[least]:
        return []
    return [
        f"scale the features, whose standard deviations are {deviations[least]:.3g} (feature {least}) to "
        f"{deviations[most]:.3g} (feature {most}), as StandardScaler does"
    ]
