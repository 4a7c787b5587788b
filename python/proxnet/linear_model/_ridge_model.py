"""What all ridge regressions share: their system, and the shapes of its solution."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments
from ._data import Data
from ._least_squares import read_factors
from ._model import LinearModel
from ._ridge_solve import Fit, Problem
from ._rounding import rounded

__all__ = ["RidgeModel"]


class RidgeModel(LinearModel):
    """All targets share the products of X. Doubling all weights halves the penalty, as scikit-learn has it."""

    penalty_factor: Any
    _scalar_weight_counts = True

    def _problem(self, data: Data) -> Problem:
        intercept = _arguments.flag("fit", "fit_intercept", self.fit_intercept)
        factors = read_factors(self.penalty_factor, data.shape[1])
        return Problem(data.design, data.shape, data.targets.values, data.targets.weights, factors, intercept)

    def _shaped(self, data: Data, fit: Fit) -> dict[str, Any]:
        """`coef_`, of one dimension for one target, `intercept_`, a number for y of one dimension, and the figures."""
        assert fit.gap is not None
        assert fit.kkt is not None
        targets = len(fit.coef)
        figures = {"dual_gap_": fit.gap, "kkt_violation_": fit.kkt}
        iterations = np.maximum(1, np.array(fit.iterations or [1] * targets, np.int32))
        shown = {name: float(values[0]) if targets == 1 else values for name, values in figures.items()}
        coefs, intercepts = rounded(
            data.design, fit.coef, fit.intercept, data.dtype, data.targets.weights, self.fit_intercept
        )
        coef = coefs[0] if targets == 1 else coefs
        intercept = intercepts[0] if data.truth.ndim == 1 else intercepts
        return shown | {
            "coef_": coef,
            "intercept_": intercept if self.fit_intercept else 0.0,
            "n_iter_": iterations,
        }
