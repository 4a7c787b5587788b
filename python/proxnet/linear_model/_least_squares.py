"""Paths of least squares: their arguments checked, the core called, a warning for what stopped early."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, _core, data
from ._convergence import LEAST_SQUARES, warn_unless_converged

__all__ = [
    "elastic_net_path",
    "elastic_net_penalty",
    "groups_path",
    "multi_task_cross_validate",
    "multi_task_path",
    "multi_task_penalty",
    "read_factors",
]


def read_factors(penalty_factor: Any, columns: int) -> np.ndarray | None:
    """None, or one factor a feature in float64.

    Raises
    ------
    ValueError, TypeError
        For what are no numbers; for another shape; for a factor that is not finite and >= 0.
    """
    if penalty_factor is None:
        return None
    factors = data.numbers("fit", "penalty_factor", penalty_factor, np.dtype(np.float64))
    if factors.shape != (columns,):
        raise ValueError(f"[fit] penalty_factor must have shape {(columns,)}, got {factors.shape}")
    wrong = np.flatnonzero(~(np.isfinite(factors) & (factors >= 0)))
    if wrong.size:
        raise ValueError(
            f"[fit] penalty_factor must be finite and >= 0, penalty_factor[{wrong[0]}] = {factors[wrong[0]]}"
        )
    return factors


def elastic_net_penalty(columns: int, *, l1_ratio: Any, penalty_factor: Any, positive: Any) -> dict[str, Any]:
    """The core's arguments of an elastic net.

    Raises
    ------
    ValueError, TypeError
        As `read_factors`; for a factor of 0 with `positive`: the sign of what is not penalised cannot be held.
    """
    ratio = _arguments.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1)
    factors, positive = read_factors(penalty_factor, columns), _arguments.flag("fit", "positive", positive)
    if positive and factors is not None and (factors == 0).any():
        raise ValueError(
            "[fit] penalty_factor must be > 0 where positive=True: a feature that is not penalised takes either sign, "
            f"penalty_factor[{int(np.argmin(factors))}] = 0"
        )
    return {"l1_ratio": ratio, "penalty_factor": factors, "positive": positive}


def elastic_net_path(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, *, start: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """`Design.path` of one target (1, rows), shaped as a path of several; start: None or (1, features)."""
    path = design.path(targets[0], weights, **settings, start=None if start is None else start[0])
    warn_unless_converged(design, path, LEAST_SQUARES.of(settings, path["target_square"]))
    return path | {name: path[name][:, np.newaxis] for name in ("coef", "intercept")}


def groups_path(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """`_core.group_path` of targets (targets, rows)."""
    path = _core.group_path(design, targets, weights, **settings)
    warn_unless_converged(design, path, LEAST_SQUARES.of(settings, path["target_square"]))
    return path


def multi_task_penalty(l1_ratio: Any, penalty_factor: Any, columns: int) -> dict[str, Any]:
    """The core's arguments: every column is a group by itself."""
    ratio = _arguments.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1)
    factors = read_factors(penalty_factor, columns)
    alone = {"starts": list(range(columns + 1)), "members": list(range(columns))}
    norms = ratio * (np.ones(columns) if factors is None else factors)
    return {"l1": 0.0, "l2": 1 - ratio, **alone, "norms": norms.tolist(), "factors": factors}


def multi_task_path(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """`groups_path` under a `multi_task_penalty`; of a single target the path of the elastic net, which it is."""
    if len(targets) > 1:
        return groups_path(design, targets, weights, **settings)
    return elastic_net_path(design, targets, weights, **_plain(settings), start=settings["start"])


def multi_task_cross_validate(
    design: _core.Design, targets: np.ndarray, train: np.ndarray, test: np.ndarray, **settings: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`_core.group_cross_validate` likewise."""
    if len(targets) > 1:
        return _core.group_cross_validate(design, targets, train, test, **settings)
    return design.cross_validate(targets[0], train, test, **_plain(settings))


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    """Under a `multi_task_penalty`, those of the elastic net."""
    shared = ("fit_intercept", "alphas", "count", "eps", "tol", "max_iter")
    kept = {name: settings[name] for name in shared if name in settings}
    return kept | {"l1_ratio": 1 - settings["l2"], "penalty_factor": settings["factors"], "positive": False}
