"""Rounds coefficients to the dtype of X and corrects the intercept for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import _core

__all__ = ["rounded"]


def rounded(
    design: _core.Design, coef: Any, intercept: Any, dtype: np.dtype, weights: np.ndarray | None, fit_intercept: Any
) -> tuple[np.ndarray, np.ndarray]:
    """coef (..., features) in dtype, and intercept (...) in float64.

    Rounding coef changes the prediction at x by ``x @ (rounded - coef)``, which is large if the means of X are much
    larger than its standard deviations. The intercept ``intercept + mean(X) @ (coef - rounded)`` keeps the mean of the
    predictions. mean(X) is weighted by `weights`: None, (rows,), or (targets, rows) for the first axis of coef.
    """
    coef, intercept = np.asarray(coef), np.asarray(intercept, np.float64)
    with np.errstate(over="ignore"):
        short = coef.astype(dtype, copy=False)
    if not fit_intercept or short.dtype == coef.dtype or not np.isfinite(short).all():
        return short, intercept
    each = [None] if weights is None else np.atleast_2d(weights)
    means = np.array([design.column_means(weight) for weight in each])
    return short, intercept + np.sum((coef - short) * (means if len(means) > 1 else means[0]), axis=-1)
