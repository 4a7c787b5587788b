"""What generalised linear models share: the call of the core, its answer, its warning."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, _core
from . import _sklearn
from ._inputs import read_targets

__all__ = ["read_target", "solve", "weight_sum"]


def solve(
    design: _core.Design,
    target: np.ndarray,
    weights: np.ndarray | None,
    *,
    loss: str,
    alphas: list[float],
    l1_ratio: Any,
    fit_intercept: Any,
    tol: Any,
    max_iter: Any,
    classes: int = 2,
    epsilon: float = 1.35,
    constant_column: float = 0.0,
    start: np.ndarray | None = None,
    **grid: Any,
) -> dict[str, Any]:
    """`_core.glm_path` with its arguments checked, and a warning for the alphas that stopped early."""
    result = _core.glm_path(
        design,
        target,
        weights,
        loss=loss,
        classes=classes,
        epsilon=epsilon,
        constant_column=constant_column,
        l1_ratio=_arguments.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1),
        penalty_factor=None,
        fit_intercept=_arguments.flag("fit", "fit_intercept", fit_intercept),
        alphas=alphas,
        tol=_arguments.real("fit", "tol", tol, minimum=0),
        max_iter=_arguments.integer("fit", "max_iter", max_iter, minimum=1),
        start=None if start is None else start.ravel(),
        **({"count": 1, "eps": 1e-3} | grid),
    )
    left = [k for k, reached in enumerate(result["converged"]) if not reached]
    if left:
        worst = max(left, key=lambda k: result["gap"][k])
        _sklearn.convergence_warning(
            f"{len(left)} of {len(result['alphas'])} problems did not reach the tolerance; the worst has a duality gap "
            f"of {result['gap'][worst]:.3e} where tol * the loss without coefficients = "
            f"{tol * result['null_value']:.3e}. Raise max_iter, scale the features, or penalise more."
        )
    return result


def weight_sum(weights: np.ndarray | None, rows: int) -> float:
    """The rows' weight altogether; 1 where it is no number > 0, which the core will refuse."""
    if weights is None:
        return float(rows)
    total = float(weights.sum())
    return total if np.isfinite(total) and total > 0 else 1.0


def read_target(estimator: Any, y: Any, rows: int) -> np.ndarray:
    """One real target a row; a column is taken with a warning."""
    target = read_targets(estimator, y, rows)
    if target.ndim == 2:
        if target.shape[1] > 1:
            raise ValueError(f"y should be a 1d array, got an array of shape {target.shape} instead.")
        _sklearn.column_vector_warning()
    return np.ascontiguousarray(target.ravel())
