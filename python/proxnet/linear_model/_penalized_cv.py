"""Penalty objects whose strength is chosen by cross-validation: whole paths, fold by fold, in the core."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .. import _arguments, _core
from . import _sklearn
from ._alpha_search import AlphaSearch
from ._alphas import alpha_arguments
from ._folds import fold_weights, warn_of_folds
from ._inputs import feature_names, read_design, read_weights, record_features
from ._penalized import core_penalty, warn_unless_converged
from ._penalized_path import one_target

__all__ = ["PenalizedRegressorCV"]


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
    fit_intercept, max_iter, tol
        As in `PenalizedRegressor`; max_iter for every alpha.

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
        rule: Any = "min",
    ) -> None:
        self.penalty = penalty
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.rule = rule

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:
        """Paths on every fold, the choice, and the path on all rows; `coef_` is that path's at the chosen alpha.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            One copy serves all folds: rows held out have weight 0.
        y : array of shape (n_samples,)
        sample_weight : array of shape (n_samples,), optional
            >= 0; only their proportions count.
        **params
            For `cv.split`, such as `groups`; where scikit-learn's `enable_metadata_routing` is set.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As `PenalizedRegressor.fit`; for folds without rows, and a number of alphas under a penalty that makes no
            zeros.
        """
        params = _sklearn.routed(self, params)
        rule = _arguments.choice("fit", "rule", self.rule, ("min", "1se"))
        design, shape, dtype = read_design(self, X)
        target = one_target(self, y, shape[0])
        names = feature_names(X)
        weights = read_weights(sample_weight, shape[0])
        train, test = fold_weights(self, X, y, shape[0], weights, params)
        settings: dict[str, Any] = {
            "penalty": core_penalty(self.penalty),
            "fit_intercept": _arguments.flag("fit", "fit_intercept", self.fit_intercept),
            "tol": _arguments.real("fit", "tol", self.tol, minimum=0),
            "max_iter": _arguments.integer("fit", "max_iter", self.max_iter, minimum=1),
        }
        path = _core.penalized_path(design, target, weights, **settings, **alpha_arguments(self.alphas, self.eps))
        warn_unless_converged(path, settings["tol"])
        errors, unconverged = _core.penalized_cross_validate(
            design, target, train, test, **settings, alphas=path["alphas"].tolist()
        )
        warn_of_folds(unconverged, errors.size)
        record_features(self, names, shape[1])
        self._choose(rule, [1.0], [path], errors[np.newaxis], dtype)
        del self.dual_gap_  # there is no dual value without convexity
        return self
