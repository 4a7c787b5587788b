"""Multi-task models with alpha (and l1_ratio) chosen by cross-validation."""

from __future__ import annotations

from typing import Any

from ._alpha_search import AlphaSearch
from ._multi_task import MultiTaskObjective, multi_task_cross_validate

__all__ = ["MultiTaskElasticNetCV", "MultiTaskLassoCV"]


class MultiTaskCVBase(MultiTaskObjective, AlphaSearch):
    """What both share: everything but the names of their parameters."""

    _fold_errors = staticmethod(multi_task_cross_validate)


class MultiTaskElasticNetCV(MultiTaskCVBase):
    """`MultiTaskElasticNet` whose alpha and l1_ratio are chosen by cross-validation.

    Parameters are those of `ElasticNetCV` without `precompute`, `positive` and `standardize`. So are the attributes,
    but `coef_` has shape (n_targets, n_features), `coef_path_` (n_alphas, n_targets, n_features), and an error is the
    mean over targets.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import MultiTaskElasticNetCV
    >>> X = np.random.default_rng(0).normal(size=(60, 5))
    >>> model = MultiTaskElasticNetCV(l1_ratio=[0.5, 1.0], cv=3).fit(X, X[:, :2])
    >>> model.mse_path_.shape
    (2, 100, 3)
    """

    def __init__(
        self,
        *,
        l1_ratio: Any = 0.5,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        cv: Any = None,
        refit: Any = True,
        copy_X: Any = True,
        verbose: Any = 0,
        n_jobs: Any = None,
        random_state: Any = None,
        selection: Any = "cyclic",
        rule: Any = "min",
        penalty_factor: Any = None,
    ) -> None:
        self.l1_ratio = l1_ratio
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.refit = refit
        self.copy_X = copy_X
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.selection = selection
        self.rule = rule
        self.penalty_factor = penalty_factor


class MultiTaskLassoCV(MultiTaskCVBase):
    """`MultiTaskLasso` whose alpha is chosen by cross-validation: `MultiTaskElasticNetCV` with ``l1_ratio=1``.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import MultiTaskLassoCV
    >>> X = np.random.default_rng(0).normal(size=(60, 5))
    >>> MultiTaskLassoCV(cv=3).fit(X, X[:, :2]).coef_.shape
    (2, 5)
    """

    def __init__(
        self,
        *,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        copy_X: Any = True,
        cv: Any = None,
        refit: Any = True,
        verbose: Any = False,
        n_jobs: Any = None,
        random_state: Any = None,
        selection: Any = "cyclic",
        rule: Any = "min",
        penalty_factor: Any = None,
    ) -> None:
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.copy_X = copy_X
        self.cv = cv
        self.refit = refit
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.selection = selection
        self.rule = rule
        self.penalty_factor = penalty_factor
