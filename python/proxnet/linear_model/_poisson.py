"""Counts: Poisson regression with a logarithmic link."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core
from ._data import Data
from ._glm import GlmObjective
from ._operation import names_itself
from ._regressor import LinearRegressor

__all__ = ["PoissonRegressor"]


class PoissonRegressor(GlmObjective, LinearRegressor):
    """Regression of counts, ``E[y] = exp(X w + b)``, with an L1 and L2 penalty, and a certificate.

    Minimises ``mean of the rows' half deviances + alpha * (l1_ratio * |w|_1 + (1 - l1_ratio) / 2 * |w|_2^2)``: at
    ``l1_ratio=0`` scikit-learn's class of this name.

    Parameters
    ----------
    alpha : float, default 1.0
        Strength of the penalty, >= 0.
    l1_ratio : float, default 0.0
        0 is pure L2, 1 is pure L1.
    fit_intercept : bool, default True
        Fit b, which is not penalised.
    max_iter : int, default 100
        Newton steps.
    tol : float, default 1e-4
        Of the duality gap, relative to the loss without coefficients.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, whose shape must be that of this one's.
    penalty_factor : array of shape (n_features,), optional
        Multiplies the strength, feature by feature; >= 0, where 0 is for a feature that is not penalised: n_samples
        numbers of memory each.
    solver, verbose
        Accepted for scikit-learn's sake.

    Attributes
    ----------
    coef_ : array of shape (n_features,)
        Of the dtype of X; zeros are exact.
    intercept_ : float
    dual_gap_ : float
        The objective is at most this far above its minimum (for alpha=0 an estimate of the excess of the
        objective, by the curvature; no bound).
    kkt_violation_ : float
        The largest distance of a coefficient from its optimality condition, in units of alpha.
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import PoissonRegressor
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> model = PoissonRegressor(alpha=0.0, tol=1e-12).fit(X, np.exp(0.5 * X[:, 0]))
    >>> model.coef_.round(6)
    array([0.5])
    """

    _multi_output = False
    _positive_only = True
    _accepted_solvers = ("lbfgs", "newton-cholesky")

    def __init__(
        self,
        *,
        alpha: Any = 1.0,
        l1_ratio: Any = 0.0,
        fit_intercept: Any = True,
        solver: Any = "lbfgs",
        max_iter: Any = 100,
        tol: Any = 1e-4,
        warm_start: Any = False,
        verbose: Any = 0,
        penalty_factor: Any = None,
    ) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start
        self.verbose = verbose
        self.penalty_factor = penalty_factor

    def _datafit(self, data: Data) -> dict[str, Any]:
        return {"loss": _core.Loss.poisson}

    def predict(self, X: Any) -> np.ndarray:
        """``exp(X @ coef_ + intercept_)``, of shape (n_samples,); X as for `fit`."""
        result: np.ndarray = np.exp(super().predict(X))
        return result

    @names_itself("score")
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of the deviance explained, D^2: 1 is perfect, 0 as good as the mean; of equal counts 1 or 0.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`; for y or weights of another length, and for counts or weights that are not >= 0.
        """
        target, predicted, weights = self._compared(X, y, sample_weight)
        if (target < 0).any():
            raise ValueError(f"[score] y must be >= 0, got {target.min():g}")

        def deviance(mean: Any) -> float:
            logs = target * np.log(np.where(target > 0, target, 1.0) / mean)
            return float(np.average(logs - target + mean, weights=weights))

        own = deviance(predicted)
        counted = target if weights is None else target[weights > 0]
        if (counted == counted[:1]).all():
            return float(own == 0)
        return 1 - own / deviance(np.average(target, weights=weights))
