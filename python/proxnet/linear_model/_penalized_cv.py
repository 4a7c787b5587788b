"""Penalty objects whose strength is chosen by cross-validation: whole paths, fold by fold, in the core."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import _core
from ._alpha_search import AlphaSearch
from ._convergence import OPTIMALITY, warn_unless_converged
from ._data import Data
from ._penalty_objects import asked_of, core_penalty, of_several

__all__ = ["PenalizedRegressorCV"]


def falling_path(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, *, start: None, **settings: Any
) -> dict[str, Any]:
    """`_core.penalized_path` of one target (1, rows)."""
    path = _core.penalized_path(design, targets[0], weights, **settings)
    warn_unless_converged(design, path, asked_of(path, settings))
    return of_several(path)


def fold_errors(
    design: _core.Design, targets: np.ndarray, train: np.ndarray, test: np.ndarray, **settings: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`_core.penalized_cross_validate` likewise."""
    return _core.penalized_cross_validate(design, targets[0], train, test, **settings)


class PenalizedRegressorCV(AlphaSearch):
    """`PenalizedRegressor` whose strength is chosen by cross-validation: MCP, SCAD, L0, the adaptive lasso, ...

    Parameters
    ----------
    penalty : Regularizer, default None
        As in `PenalizedRegressor`; alpha multiplies its strengths, and is the strength of a penalty of strength 1.
        None is ``L1(1.0)``, the lasso.
    eps : float, default 1e-2
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many alphas, from the smallest at which no single weight leaves zero; or the values.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    rule : "min" or "1se", default "min"
        The alpha of the smallest mean error, or the largest alpha within one standard error of it.
    refit : bool, default True
        Fit on all rows at the chosen alpha; else the coefficients of the folds' fits are averaged, and the figures of
        the answer are the worst of theirs.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    max_iter : int, default 10000
        Passes over the working set, for every alpha.
    tol : float, default 1e-6
        Of the optimality conditions, and of the steps that single weights would still make, relative to the largest
        slope of the loss without coefficients.

    Attributes
    ----------
    alpha_, alpha_min_, alpha_1se_ : float
        The one in use, and what the two rules choose.
    coef_, intercept_, kkt_violation_, n_iter_
        On all rows, at `alpha_`, as the path from strong penalties down reaches it.
    alphas_ : array of shape (n_alphas,)
        Largest first.
    mse_path_ : array of shape (n_alphas, n_folds)
    coef_path_ : array of shape (n_alphas, n_features)
        On all rows.

    References
    ----------
    Breheny and Huang, 2011, Coordinate descent algorithms for nonconvex penalized regression.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import PenalizedRegressorCV
    >>> from proxnet.regularizers import MCP
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(80, 200))
    >>> y = X[:, :3] @ [3.0, -2.0, 1.5] + rng.normal(size=80)
    >>> model = PenalizedRegressorCV(MCP(1.0)).fit(X, y)
    >>> np.flatnonzero(model.coef_)
    array([0, 1, 2])
    """

    _one_column = "[fit] y must be one target, got an array of shape {shape}"
    _path = staticmethod(falling_path)
    _fold_errors = staticmethod(fold_errors)
    _figures: ClassVar[dict[str, str]] = {"kkt_violation_": "kkt"}
    _asked = OPTIMALITY

    def __init__(
        self,
        penalty: Any = None,
        *,
        eps: Any = 1e-2,
        alphas: Any = 100,
        fit_intercept: Any = True,
        max_iter: Any = 10000,
        tol: Any = 1e-6,
        cv: Any = None,
        refit: Any = True,
        rule: Any = "min",
    ) -> None:
        self.penalty = penalty
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.refit = refit
        self.rule = rule

    def _objective(self, data: Data, l1_ratio: Any) -> dict[str, Any]:
        return {"penalty": core_penalty(self.penalty)}
