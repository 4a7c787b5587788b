"""How far ridge regressions are from their minimum: the duality gap at the residual, by one more product."""

from __future__ import annotations

import numpy as np

from .. import _core
from ._ridge_solve import Fit, Problem

__all__ = ["proved"]


def proved(problem: Problem, fit: Fit, strengths: np.ndarray) -> Fit:
    """The fit with `gap` and `kkt`; strengths: one a target, of the rescaled weights.

    The dual point r = y - X w of ``|y - X w|^2 + s |w|^2`` has the gap ``|g|^2 / s`` with g = X'r - s w. Where s is 0
    there is none that is finite: the gap is then what a step along g would gain, an estimate.
    """
    weights = problem.weights
    root = np.ones(problem.shape[0]) if weights is None else np.sqrt(weights * problem.strength_scale)
    lines = zip(problem.y, np.ascontiguousarray(fit.coef), fit.intercept, strict=True)
    residual = np.stack([root * (y - problem.design.predict(w, float(b))) for y, w, b in lines])
    product = _core.transposed_products(*problem.arguments, residual)
    gradient = product - strengths[:, np.newaxis] * fit.coef
    square = np.einsum("ij,ij->i", gradient, gradient)
    gaps = np.divide(square, strengths, out=np.zeros_like(square), where=strengths > 0)
    for k in np.flatnonzero((strengths == 0) & (square > 0)):
        along = root * problem.design.predict(gradient[k], 0.0)
        if problem.intercept:
            along -= root * (root @ along) / (root @ root)
        gaps[k] = square[k] ** 2 / max(float(along @ along), 1e-300)
    scale = problem.strength_scale
    return fit._replace(gap=gaps / scale, kkt=np.abs(gradient).max(axis=1) / scale)
