"""One call of the core and one result for the paths of all families."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ... import _core
from .convergence import GLM, LEAST_SQUARES, OPTIMALITY, Asked, warn_unless_converged

__all__ = ["solve_path"]


def solve_path(
    core: Callable[..., dict[str, Any]],
    design: _core.Design,
    targets: np.ndarray,
    weights: np.ndarray | None,
    **options: Any,
) -> dict[str, Any]:
    """The result of `core`, one row per alpha, with a warning that names the alphas that stopped early.

    alphas, gap, kkt, iterations, converged: (alphas,); coef: (alphas, outputs, features); intercept: (alphas, outputs).
    A core function for a single target returns coef (alphas, features), which gets an axis of one output.
    """
    path = core(design, targets, weights, **options)
    if path["coef"].ndim == 2:
        path |= {name: path[name][:, np.newaxis] for name in ("coef", "intercept")}
    warn_unless_converged(design, path, _asked(path, options))
    return path


def _asked(path: Mapping[str, Any], options: Mapping[str, Any]) -> Asked:
    """The stopping rule of the core: a duality gap where the loss and the penalty have one, else a KKT violation."""
    null_value = path["null_value"]
    if "loss" not in options:
        return (OPTIMALITY if "penalty" in options else LEAST_SQUARES).of(options, null_value)
    no_gap = "penalty" in options and not np.isfinite(path["dual_gap"]).any()
    return (OPTIMALITY._replace(steps=GLM.steps) if no_gap else GLM).of(options, null_value)
