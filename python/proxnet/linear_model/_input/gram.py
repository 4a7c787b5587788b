"""Checks the parameter `precompute`; the solvers compute their own Gram matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import _core, data
from ..._check import shown
from .._sklearn import compat

__all__ = ["check_precompute"]


def check_precompute(
    precompute: Any,
    design: _core.Design,
    shape: tuple[int, int],
    dtype: np.dtype,
    weights: np.ndarray | None,
    fit_intercept: bool,
    *,
    automatic: bool = False,
) -> None:
    """Accepts True, False, "auto" if `automatic`, or the Gram matrix ``X' diag(w) X``, (n_features, n_features).

    w are the weights rescaled to sum to n_rows. As in scikit-learn one entry (i, j) of a given matrix is compared with
    ``x_i' diag(w) x_j``, which finds a matrix of another X, and a matrix of columns that are not centred is ignored
    with a warning if there is an intercept.

    Raises
    ------
    ValueError, TypeError
        For anything else; for a matrix whose entry differs.
    """
    if isinstance(precompute, bool | np.bool_) or (automatic and isinstance(precompute, str) and precompute == "auto"):
        return
    if isinstance(precompute, str) or (not hasattr(precompute, "__array__") and not isinstance(precompute, list)):
        allowed = "True, False, 'auto' or a matrix" if automatic else "True, False or a matrix"
        raise TypeError(f"[fit] precompute must be {allowed}, got {shown(precompute)}")
    gram = data.numbers("fit", "precompute", precompute, np.dtype(np.float64))
    if gram.shape != (shape[1], shape[1]):
        raise ValueError(f"[fit] precompute must have shape {(shape[1], shape[1])}, got {gram.shape}")
    weight = np.ones(shape[0]) if weights is None else weights * (shape[0] / weights.sum())
    i, j = entry = shape[1] // 2, min(shape[1] // 2 + 1, shape[1] - 1)
    first, second = (design.predict(np.eye(1, shape[1], column)[0], 0.0) for column in (i, j))
    if fit_intercept and not np.allclose([weight @ first / shape[0], weight @ second / shape[0]], 0):
        compat.warn(
            "Gram matrix was provided but X was centered to fit intercept: recomputing Gram matrix.", UserWarning
        )
        return
    expected, given = float(weight @ (first * second)), float(gram[entry])
    if not np.isclose(expected, given, rtol=1e-4 if dtype == np.float32 else 1e-7, atol=1e-5):
        raise ValueError(
            "Gram matrix passed in via 'precompute' parameter did not pass validation when a single element was "
            f"checked - please check that it was computed properly. For element {entry} we computed {expected} but "
            f"the user-supplied value was {given}."
        )
