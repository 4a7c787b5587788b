"""Elastic nets in which some features are not penalised."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core
from ._least_squares import warn_unless_converged

__all__ = ["free_columns_path"]

_ROUNDS = 5  # each with a hundredth of the tolerance before


def free_columns_path(
    design: _core.Design,
    targets: np.ndarray,
    weights: np.ndarray | None,
    *,
    l1_ratio: float,
    penalty_factor: np.ndarray,
    positive: bool,
    fit_intercept: bool,
    alphas: list[float],
    tol: float,
    max_iter: int,
    start: np.ndarray | None,
    standardize: bool = False,
    **_grid: Any,
) -> dict[str, Any]:
    """`elastic_net_path` of one alpha, where factors are 0: by the solver of any penalty of single weights.

    Its own criterion are the optimality conditions; they are tightened until the duality gap is within `tol`.
    """
    if positive:
        raise ValueError("[fit] penalty_factor must be > 0 where positive=True, got 0")
    if standardize:
        raise ValueError("[fit] penalty_factor must be > 0 where standardize=True, got 0")
    (alpha,), (y,) = alphas, targets
    first = None if start is None else start[0]
    penalty = _core.Penalty(
        l1=alpha * l1_ratio, l2=alpha * (1 - l1_ratio) / 2, factors=np.ascontiguousarray(penalty_factor).tolist()
    )
    near, passes = min(1e-4, np.sqrt(tol)), 0
    for _ in range(_ROUNDS):
        found = _core.penalized_least_squares(
            design, y, weights, penalty, fit_intercept, 1, near, max(1, max_iter - passes), first
        )
        passes += found["passes"][0]
        gap, square = design.free_columns_gap(
            y, weights, l1_ratio, penalty_factor, alpha, fit_intercept, found["coef"][0]
        )
        if gap <= tol * square or passes >= max_iter:
            break
        first, near = found["coef"][0], 0.01 * near
    path = {
        "alphas": [alpha],
        "coef": found["coef"][:, np.newaxis],
        "intercept": found["intercept"][:, np.newaxis],
        "gap": np.array([gap]),
        "kkt": found["kkt"],
        "passes": [passes],
        "converged": [gap <= tol * square],
        "target_square": square,
    }
    warn_unless_converged(path, tol)
    return path
