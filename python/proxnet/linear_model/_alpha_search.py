"""The alpha (and l1_ratio) that the errors of folds choose, and the path it is taken from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._alphas import is_count
from ._choice import two_rules
from ._regressor import LinearRegressor

__all__ = ["AlphaSearch"]


class AlphaSearch(LinearRegressor):
    """Parameters and the choice that elastic nets, group and multi-task models share."""

    _multi_output = False
    l1_ratio: Any = 1.0
    eps: Any
    alphas: Any
    fit_intercept: Any
    max_iter: Any
    tol: Any
    cv: Any
    rule: Any

    def _choose(
        self, rule: str, ratios: list[float], paths: list[dict[str, Any]], errors: np.ndarray, dtype: np.dtype
    ) -> None:
        """Sets the fitted attributes. errors: (l1_ratios, alphas, folds); paths: one an l1_ratio, on all rows."""
        which = int(np.argmin(errors.mean(axis=2).min(axis=1)))
        best, simplest = two_rules(errors[which])
        chosen = simplest if rule == "1se" else best
        path = paths[which]
        self.alpha_ = float(path["alphas"][chosen])
        self.alpha_min_, self.alpha_1se_ = float(path["alphas"][best]), float(path["alphas"][simplest])
        if hasattr(type(self), "_has_l1_ratio"):
            self.l1_ratio_ = ratios[which]
        several = len(ratios) > 1
        found = several and is_count(self.alphas)  # for every l1_ratio its own
        self.alphas_ = np.array([each["alphas"] for each in paths]) if found else path["alphas"]
        self.mse_path_ = errors if several else errors[0]
        self.coef_path_ = path["coef"].astype(dtype, copy=False)
        self.coef_ = self.coef_path_[chosen].copy()
        intercept = path["intercept"][chosen]
        self.intercept_ = (intercept if np.ndim(intercept) else float(intercept)) if self.fit_intercept else 0.0
        self.dual_gap_, self.kkt_violation_ = float(path["gap"][chosen]), float(path["kkt"][chosen])
        self.n_iter_ = max(1, path["passes"][chosen])
