"""The features that a linear model selects first, along its path from strong to weak penalties."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .. import _check

__all__ = ["first_features"]

_RATIO, _STEPS = 0.8, 80


def first_features(estimator: Any, x: Any, y: Any, count: int) -> np.ndarray:
    """Mask of the first `count` features with non-zero coefficients; fewer if the path has no more.

    The estimator has `alpha` or `C`, which it is given in geometric progression, and `coef_`. Of features that enter
    at the same strength those with the largest coefficients are taken. With `warm_start` each fit starts from the last.
    """
    params = estimator.get_params() if hasattr(estimator, "get_params") else {}
    name = next((name for name in ("alpha", "C", "strength") if name in params), None)
    if name is None:
        got = _check.shown(estimator)
        raise TypeError(f"[StabilitySelection] estimator must be a network or have a parameter alpha or C, got {got}")
    from sklearn.base import clone

    estimator = clone(estimator)
    if "warm_start" in params:
        estimator.set_params(warm_start=True)

    def sizes(strength: float) -> np.ndarray:
        estimator.set_params(**{name: 1 / strength if name == "C" else strength})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            estimator.fit(x, y)
        coefs = np.asarray(estimator.coef_, float)
        return np.abs(coefs) if coefs.ndim == 1 else np.linalg.norm(coefs, axis=0)

    strength, support = 1.0, np.zeros(x.shape[1], bool)
    for _ in range(_STEPS):  # up to a strength that selects nothing
        if not sizes(strength).any():
            break
        strength *= 4
    else:
        raise ValueError("[StabilitySelection] estimator must have a penalty that makes zeros: coef_ has none")
    for _ in range(_STEPS):  # down to the last factor of 4 that selects nothing
        if sizes(strength / 4).any():
            break
        strength /= 4
    for _ in range(_STEPS):
        strength *= _RATIO
        found = sizes(strength)
        fresh = np.flatnonzero((found > 0) & ~support)
        order = fresh[np.argsort(-found[fresh], kind="stable")]
        support[order[: count - support.sum()]] = True
        if support.sum() == count:
            break
    return support
