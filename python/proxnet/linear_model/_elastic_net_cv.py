"""The elastic net with alpha (and l1_ratio) chosen by cross-validation: whole paths, fold by fold, in the core."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, _core
from ._alpha_search import AlphaSearch
from ._data import Data
from ._elastic_net import ElasticNetObjective
from ._gram import check_precompute
from ._paths import enet_path, lasso_path

__all__ = ["ElasticNetCV", "LassoCV"]


def fold_errors(
    design: _core.Design, targets: np.ndarray, train: np.ndarray, test: np.ndarray, **settings: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`Design.cross_validate` of one target (1, rows)."""
    return design.cross_validate(targets[0], train, test, **settings)


class ElasticNetCVBase(ElasticNetObjective, AlphaSearch):
    """What `ElasticNetCV` and `LassoCV` share: everything but the names of their parameters."""

    _one_column = "For multi-task outputs, use MultiTask{name}"
    _fold_errors = staticmethod(fold_errors)
    path: Any = staticmethod(enet_path)

    def _grid(self, data: Data, ratios: list[float]) -> dict[str, Any]:
        weights, intercept = data.targets.weights, _arguments.flag("fit", "fit_intercept", self.fit_intercept)
        check_precompute(self.precompute, data.design, data.shape, data.dtype, weights, intercept, automatic=True)
        return super()._grid(data, ratios)


class ElasticNetCV(ElasticNetCVBase):
    """`ElasticNet` whose alpha and l1_ratio are chosen by cross-validation.

    Parameters
    ----------
    l1_ratio : float or list of float, default 0.5
        Those to try; > 0 where the alphas are to be found.
    eps : float, default 1e-3
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many alphas, from the smallest that makes all coefficients zero down to `eps` times that; or the values.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    precompute : "auto", bool or array of shape (n_features, n_features), default "auto"
        Accepted for scikit-learn's sake: the Gram matrix is formed where it pays; of a given one an entry is checked.
    max_iter : int, default 1000
        Passes of coordinate descent over the working set, for every alpha.
    tol : float, default 1e-4
        Of the duality gap, relative to the mean square of the centred y, less what features that are not penalised
        explain of it.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    refit : bool, default True
        Fit on all rows at the chosen alpha; else the coefficients of the folds' fits are averaged, and the figures of
        the answer are the worst of theirs.
    positive : bool, default False
        Only coefficients >= 0.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature; >= 0, where 0 is for a feature that is not penalised (not with
        `positive`): n_samples extra values for each. Redundant (collinear) features among them get coefficient 0.
    rule : "min" or "1se", default "min"
        The alpha of the smallest mean error, or the largest alpha within one standard error of it.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation, in each fold that of the rows that it
        trains on; `alphas_` and the figures are of the standardised problem.
    copy_X, verbose, n_jobs, random_state, selection
        Accepted for scikit-learn's sake; folds run on the core's threads.
    n_alphas : int, optional
        scikit-learn's older name for a number of alphas; warns.

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
        refit: Any = True,
        copy_X: Any = True,
        verbose: Any = 0,
        n_jobs: Any = None,
        positive: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
        rule: Any = "min",
        standardize: Any = False,
        n_alphas: Any = None,
    ) -> None:
        self.l1_ratio = l1_ratio
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.refit = refit
        self.copy_X = copy_X
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.positive = positive
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor
        self.rule = rule
        self.standardize = standardize
        self.n_alphas = n_alphas


class LassoCV(ElasticNetCVBase):
    """`Lasso` whose alpha is chosen by cross-validation: `ElasticNetCV` with ``l1_ratio=1``.

    Parameters
    ----------
    eps : float, default 1e-3
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many alphas, from the smallest that makes all coefficients zero down to `eps` times that; or the values.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    precompute : "auto", bool or array of shape (n_features, n_features), default "auto"
        Accepted for scikit-learn's sake: the Gram matrix is formed where it pays; of a given one an entry is checked.
    max_iter : int, default 1000
        Passes of coordinate descent over the working set, for every alpha.
    tol : float, default 1e-4
        Of the duality gap, relative to the mean square of the centred y, less what features that are not penalised
        explain of it.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    refit : bool, default True
        Fit on all rows at the chosen alpha; else the coefficients of the folds' fits are averaged, and the figures of
        the answer are the worst of theirs.
    positive : bool, default False
        Only coefficients >= 0.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature; >= 0, where 0 is for a feature that is not penalised (not with
        `positive`): n_samples extra values for each. Redundant (collinear) features among them get coefficient 0.
    rule : "min" or "1se", default "min"
        The alpha of the smallest mean error, or the largest alpha within one standard error of it.
    standardize : bool, default False
        Penalise the coefficients of columns divided by their standard deviation, in each fold that of the rows that it
        trains on; `alphas_` and the figures are of the standardised problem.
    copy_X, verbose, n_jobs, random_state, selection
        Accepted for scikit-learn's sake; folds run on the core's threads.
    n_alphas : int, optional
        scikit-learn's older name for a number of alphas; warns.

    Attributes
    ----------
    alpha_ : float
    alpha_min_, alpha_1se_ : float
        What the two rules choose.
    coef_, intercept_, dual_gap_, kkt_violation_, n_iter_
        On all rows, at `alpha_`.
    alphas_ : array of shape (n_alphas,)
        Largest first.
    mse_path_ : array of shape (n_alphas, n_folds)
    coef_path_ : array of shape (n_alphas, n_features)
        On all rows.

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

    path = staticmethod(lasso_path)

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
        refit: Any = True,
        verbose: Any = False,
        n_jobs: Any = None,
        positive: Any = False,
        random_state: Any = None,
        selection: Any = "cyclic",
        penalty_factor: Any = None,
        rule: Any = "min",
        standardize: Any = False,
        n_alphas: Any = None,
    ) -> None:
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.max_iter = max_iter
        self.tol = tol
        self.copy_X = copy_X
        self.cv = cv
        self.refit = refit
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.positive = positive
        self.random_state = random_state
        self.selection = selection
        self.penalty_factor = penalty_factor
        self.rule = rule
        self.standardize = standardize
        self.n_alphas = n_alphas
