"""The elastic net with alpha (and l1_ratio) chosen by cross-validation: whole paths, fold by fold, in the core."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .. import _arguments
from . import _sklearn
from ._alpha_search import AlphaSearch
from ._alphas import alpha_arguments
from ._elastic_net import path_settings, warn_unless_converged
from ._folds import fold_weights, warn_of_folds
from ._gram import check_precompute
from ._inputs import feature_names, read_design, read_targets, read_weights, record_features

__all__ = ["ElasticNetCV", "LassoCV"]


class ElasticNetCVBase(AlphaSearch):
    """What `ElasticNetCV` and `LassoCV` share: everything but the names of their parameters."""

    precompute: Any
    positive: Any
    penalty_factor: Any

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:
        """Paths on every fold, the choice, and the path on all rows; `coef_` is that path's at the chosen alpha.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            One copy serves all folds: rows held out have weight 0.
        y : array of shape (n_samples,)
        sample_weight : array of shape (n_samples,), optional
        **params
            For `cv.split`, such as `groups`; where scikit-learn's `enable_metadata_routing` is set.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As `ElasticNet.fit`; for folds without rows.
        """
        params = _sklearn.routed(self, params)
        rule = _arguments.choice("fit", "rule", self.rule, ("min", "1se"))
        design, shape, dtype = read_design(self, X)
        target = read_targets(self, y, shape[0])
        if target.ndim == 2 and target.shape[1] > 1:
            raise ValueError(f"For multi-task outputs, use MultiTask{type(self).__name__}")
        if target.ndim == 2:
            _sklearn.column_vector_warning()
        target = np.ascontiguousarray(target.ravel())
        names = feature_names(X)
        weights = read_weights(sample_weight, shape[0])
        train, test = fold_weights(self, X, y, shape[0], weights, params)
        ratios = [float(ratio) for ratio in np.atleast_1d(self.l1_ratio)]
        grid = alpha_arguments(self.alphas, self.eps, least_ratio=min(ratios))
        intercept = _arguments.flag("fit", "fit_intercept", self.fit_intercept)
        check_precompute(self.precompute, design, shape, dtype, weights, intercept, automatic=True)
        paths, scores = [], []
        for ratio in ratios:
            settings = path_settings(
                shape[1],
                l1_ratio=ratio,
                penalty_factor=self.penalty_factor,
                positive=self.positive,
                fit_intercept=self.fit_intercept,
                tol=self.tol,
                max_iter=self.max_iter,
            )
            paths.append(design.path(target, weights, **settings, **grid, start=None))
            warn_unless_converged(paths[-1], settings["tol"])
            errors, unconverged = design.cross_validate(
                target, train, test, **settings, alphas=paths[-1]["alphas"].tolist()
            )
            scores.append(errors)
            warn_of_folds(unconverged, errors.size)
        record_features(self, names, shape[1])
        self._choose(rule, ratios, paths, np.array(scores), dtype)
        return self


class ElasticNetCV(ElasticNetCVBase):
    """`ElasticNet` whose alpha and l1_ratio are chosen by cross-validation.

    Parameters
    ----------
    l1_ratio : float or list of float, default 0.5
        Those to try; > 0 where the alphas are to be found.
    eps : float, default 1e-3
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many alphas, or the values.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    rule : "min" or "1se", default "min"
        The alpha of the smallest mean error, or the largest alpha within one standard error of it.
    fit_intercept, max_iter, tol, positive
        As in `ElasticNet`.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature; > 0.
    precompute, copy_X, verbose, n_jobs, random_state, selection
        Accepted for scikit-learn's sake; folds run on the core's threads.

    Attributes
    ----------
    alpha_, l1_ratio_ : float
    alpha_min_, alpha_1se_ : float
        What the two rules choose.
    coef_, intercept_, dual_gap_, kkt_violation_, n_iter_
        On all rows, at `alpha_`.
    alphas_ : array of shape (n_alphas,) or (n_l1_ratios, n_alphas)
        Largest first; of two dimensions where several l1_ratios have found their own.
    mse_path_ : array of shape (n_alphas, n_folds) or (n_l1_ratios, n_alphas, n_folds)
    coef_path_ : array of shape (n_alphas, n_features)
        On all rows, at the chosen l1_ratio.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import ElasticNetCV
    >>> X = np.random.default_rng(0).normal(size=(60, 5))
    >>> model = ElasticNetCV(l1_ratio=[0.5, 1.0], cv=3).fit(X, X[:, 0])
    >>> model.mse_path_.shape
    (2, 100, 3)
    >>> model.coef_path_.shape
    (100, 5)
    """

    _has_l1_ratio = True

    def __init__(
        self,
        *,
        l1_ratio: Any = 0.5,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        precompute: Any = "auto",
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        cv: Any = None,
        copy_X: Any = True,
        verbose: Any = 0,
        n_jobs: Any = None,
        positive: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
        rule: Any = "min",
    ) -> None:
        self.l1_ratio = l1_ratio
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.copy_X = copy_X
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.positive = positive
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor
        self.rule = rule


class LassoCV(ElasticNetCVBase):
    """`Lasso` whose alpha is chosen by cross-validation: `ElasticNetCV` with ``l1_ratio=1``.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import LassoCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(80, 20))
    >>> y = 3 * X[:, 0] + rng.normal(size=80)
    >>> model = LassoCV(rule="1se").fit(X, y)
    >>> int(np.count_nonzero(model.coef_)), bool(model.alpha_1se_ >= model.alpha_min_)
    (2, True)
    """

    def __init__(
        self,
        *,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        precompute: Any = "auto",
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        copy_X: Any = True,
        cv: Any = None,
        verbose: Any = False,
        n_jobs: Any = None,
        positive: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
        rule: Any = "min",
    ) -> None:
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.max_iter = max_iter
        self.tol = tol
        self.copy_X = copy_X
        self.cv = cv
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.positive = positive
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor
        self.rule = rule
