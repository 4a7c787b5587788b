"""What linear models under a penalty object share: the penalty checked, the call of the core, its warning."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import _arguments, _core
from ..regularizers import L1, GroupL1, Regularizer
from ._convergence import GLM, OPTIMALITY, Asked, warn_unless_converged
from ._data import Data
from ._model import LinearModel, solver_settings

__all__ = ["PenaltyObjective", "asked_of", "core_penalty", "of_several"]


def path_of_one(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, *, start: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """The core's one point of one target (1, rows): least squares, unless the settings have a loss."""
    first = None if start is None else start.ravel()
    if "loss" in settings:
        path = _core.penalized_glm(design, targets[0], weights, **settings, start=first)
        path["passes"] = path["iterations"]
    else:
        path = of_several(_core.penalized_least_squares(design, targets[0], weights, **settings, start=first))
    warn_unless_converged(design, path, asked_of(path, settings))
    return path


def of_several(path: dict[str, Any]) -> dict[str, Any]:
    """The path of one target, shaped as one of several."""
    return path | {name: path[name][:, np.newaxis] for name in ("coef", "intercept")}


class PenaltyObjective(LinearModel):
    """A mean loss of the rows, least squares by default, and the penalty object in `penalty`."""

    objective_: Any
    penalty: Any
    n_steps: Any
    _path = staticmethod(path_of_one)
    _figures: ClassVar[dict[str, str]] = {
        "dual_gap_": "dual_gap",
        "kkt_violation_": "kkt",
        "objective_": "objective",
    }

    def _datafit(self, data: Data) -> dict[str, Any]:
        """The loss, and what else the core takes of it; nothing of least squares."""
        return {}

    def _settings(self, data: Data) -> dict[str, Any]:
        return (
            solver_settings(self.fit_intercept, self.tol, self.max_iter)
            | {
                "penalty": core_penalty(self.penalty, 0.01),
                "count": _arguments.integer("fit", "n_steps", self.n_steps, minimum=1),
            }
            | self._datafit(data)
        )


def core_penalty(given: Any, strength: float = 1.0) -> _core.Penalty:
    """The core's penalty of single weights; where none is given, L1 of this strength.

    Raises
    ------
    ValueError, TypeError
        For what is no penalty, or one of groups, or without a fixed strength.
    """
    penalty = L1(strength) if given is None else given
    if not isinstance(penalty, Regularizer):
        raise TypeError(f"[fit] penalty must be an object of proxnet.regularizers, got {penalty!r}")
    if isinstance(penalty, GroupL1):
        raise ValueError(f"[fit] penalty must act on single weights, got {penalty!r}; use GroupLasso")
    if penalty.schedule is not None or penalty._target() is not _core.SparsityTarget.none:
        raise ValueError(f"[fit] penalty must have one strength, without a schedule or a target, got {penalty!r}")
    return penalty._penalty()


def asked_of(path: dict[str, Any], settings: dict[str, Any]) -> Asked:
    """What the core was asked for: a duality gap where the loss and the penalty have one, else a distance."""
    if "null_value" not in path:
        return OPTIMALITY.of(settings, path["scale"])
    kind = GLM if np.isfinite(path["dual_gap"]).any() else OPTIMALITY._replace(steps=GLM.steps)
    return kind.of(settings, path["null_value"])
