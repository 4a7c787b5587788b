"""Group models with alpha chosen by cross-validation: whole paths, fold by fold."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._alpha_search import AlphaSearch
from ._group_lasso import GroupObjective

__all__ = ["GroupLassoCV"]


class GroupLassoCV(GroupObjective, AlphaSearch):
    """`SparseGroupLasso` whose alpha (and l1_ratio) is chosen by cross-validation; by default `GroupLasso`.

    Parameters
    ----------
    groups : int, list of lists of int or str, dict of such lists, or array of shape (n_features,), optional
        The size of equal groups of neighbouring columns; or columns group by group, by their numbers or, of a data
        frame, their names; or one label a feature. By default every feature is a group of its own.
    l1_ratio : float or list of float, default 0.0
        Those to try; 0 is the group lasso.
    group_weights : array of shape (n_groups,), optional
        >= 0; in the order of the lists, or of the sorted labels. By default the root of the group's size.
    eps : float, default 1e-3
        The smallest alpha over the largest.
    alphas : int or array, default 100
        How many alphas, or the values.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    rule : "min" or "1se", default "min"
        The alpha of the smallest mean error, or the largest alpha within one standard error of it.
    refit : bool, default True
        Fit on all rows at the chosen alpha; else the coefficients of the folds' fits are averaged, and the figures of
        the answer are the worst of theirs.
    fit_intercept : bool, default True
        Fit b, which is not penalised; X is never centred in memory.
    max_iter : int, default 1000
        Passes over the working set, for every alpha.
    tol : float, default 1e-4
        Of the duality gap, relative to the mean square of the centred y.
    penalty_factor : array of shape (n_features,), optional
        factor_j, >= 0, by default 1: multiplies the L1 part, feature by feature. A feature on which neither part is, as
        those of a group of weight 0 in a group lasso, is not penalised: n_samples numbers of memory each. Of such
        features that depend on each other some have coefficient 0.

    Attributes
    ----------
    alpha_, l1_ratio_, alpha_min_, alpha_1se_ : float
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
    >>> from proxnet.linear_model import GroupLassoCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(80, 12))
    >>> y = X[:, :3] @ [2.0, -1.0, 1.0] + rng.normal(size=80)
    >>> model = GroupLassoCV(np.repeat(np.arange(4), 3), rule="1se").fit(X, y)
    >>> np.flatnonzero(model.coef_)
    array([0, 1, 2, 6, 7, 8])
    """

    _one_column = "For multi-task outputs, use MultiTaskLassoCV"
    _automatic_without_l1 = True
    _fold_errors = staticmethod(_core.group_cross_validate)

    def __init__(
        self,
        groups: Any = None,
        *,
        l1_ratio: Any = 0.0,
        group_weights: Any = None,
        eps: Any = 1e-3,
        alphas: Any = 100,
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-4,
        cv: Any = None,
        refit: Any = True,
        rule: Any = "min",
        penalty_factor: Any = None,
    ) -> None:
        self.groups = groups
        self.l1_ratio = l1_ratio
        self.group_weights = group_weights
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.refit = refit
        self.rule = rule
        self.penalty_factor = penalty_factor
