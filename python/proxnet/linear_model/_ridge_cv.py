"""Ridge with alpha chosen by leaving rows out, one at a time in closed form, or in folds."""

from __future__ import annotations

from typing import Any

from ._data import Data
from ._regressor import LinearRegressor
from ._ridge import Ridge
from ._ridge_search import RidgeCVBase
from ._scores import Task, regression

__all__ = ["RidgeCV"]


class RidgeCV(RidgeCVBase, LinearRegressor):
    """`Ridge` whose alpha is chosen by cross-validation; one reduction of the system serves all alphas.

    It is of min(n_samples, n_features) rows, 8192 at most: beyond, folds and `ridge_path` are solved by conjugate
    gradients to a residual of 1e-10, and leaving single rows out is refused.

    Parameters
    ----------
    alphas : array of shape (n_alphas,), default (0.1, 1.0, 10.0)
        Those to try, >= 0, or > 0 where rows are left out one at a time.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    scoring : str or callable, optional
        A name of scikit-learn's scorers, or ``scorer(estimator, X, y)``, whose highest value chooses. None is minus the
        mean squared error where rows are left out one at a time, and R^2 in folds (the error again where a fold tests
        a single row). In folds a callable gets the fold's fit as a `Ridge` and the rows it tests on; where rows are
        left out one at a time there is no such fit, and X is the predictions, as in scikit-learn.
    cv : int, splitter or iterable of (train, test) indices, optional
        None leaves every row out in turn, by the closed form; else as in `LassoCV`.
    gcv_mode : "auto", "svd", "eigen" or None
        Accepted for scikit-learn's sake; the smaller of X'X and X X' is decomposed.
    store_cv_results : bool, default False
        Keep `cv_results_`; without `cv` only.
    alpha_per_target : bool, default False
        Choose an alpha for every target; without `cv` only.
    rule : "min" or "1se", default "min"
        The alpha of the best mean score, of equal ones the first; or the largest alpha within one standard error of it.
    refit : bool, default True
        Fit on all rows at the chosen alpha; else the coefficients of the folds' fits are averaged, which needs `cv`;
        the figures of the answer are then the worst of theirs.
    penalty_factor : array of shape (n_features,), optional
        Multiplies alpha, feature by feature: ``alpha * sum(penalty_factor * w ** 2)``; >= 0, where 0 is for a feature
        that is not penalised (not with `positive`): a copy of such columns is kept.

    Attributes
    ----------
    alpha_ : float, or array of shape (n_targets,)
    alpha_min_, alpha_1se_ : as alpha_
        What the two rules choose.
    best_score_ : float, or array of shape (n_targets,)
        The mean score at `alpha_`.
    score_path_, score_error_ : array of shape (n_alphas,), or with `alpha_per_target` (n_targets, n_alphas)
        The mean scores that chose, the larger the better, and their standard errors over rows or folds.
    coef_, intercept_
        As in `Ridge`, on all rows at `alpha_`.
    dual_gap_, kkt_violation_, n_iter_
        As in `Ridge`.
    alphas_ : array of shape (n_alphas,)
    coef_path_ : array of shape (n_alphas, n_features) or (n_alphas, n_targets, n_features)
        On all rows.
    mse_path_ : array of shape (n_alphas, n_folds)
        With `cv`; weighted, the mean over targets.
    cv_results_ : array of shape (n_samples, n_alphas) or (n_samples, n_targets, n_alphas)
        Squared errors of the rows left out, times their weights; with `scoring` their predictions.

    References
    ----------
    Golub, Heath and Wahba, 1979, for the closed form.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import RidgeCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(50, 5))
    >>> y = X @ [1.0, 2.0, 0.0, 0.0, -1.0] + rng.normal(size=50)
    >>> RidgeCV(alphas=np.logspace(-2, 4, 13)).fit(X, y).alpha_
    1.0
    """

    def __init__(
        self,
        alphas: Any = (0.1, 1.0, 10.0),
        *,
        fit_intercept: Any = True,
        scoring: Any = None,
        cv: Any = None,
        refit: Any = True,
        gcv_mode: Any = None,
        store_cv_results: Any = False,
        alpha_per_target: Any = False,
        rule: Any = "min",
        penalty_factor: Any = None,
    ) -> None:
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.scoring = scoring
        self.cv = cv
        self.refit = refit
        self.gcv_mode = gcv_mode
        self.store_cv_results = store_cv_results
        self.alpha_per_target = alpha_per_target
        self.rule = rule
        self.penalty_factor = penalty_factor

    def _of_fold(self, alpha: float) -> Ridge:
        return Ridge(alpha, fit_intercept=self.fit_intercept)

    def _task(self, data: Data) -> Task:
        values = data.targets.values
        return regression(values[0] if data.truth.ndim == 1 else values.T)
