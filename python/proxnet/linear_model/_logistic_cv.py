"""Logistic regression with C (and l1_ratio) chosen by cross-validation: one path a fold and l1_ratio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _arguments, _core
from ._alpha_search import PathSearch
from ._alphas import is_count
from ._choice import choose
from ._data import Data
from ._folds import fold_weights, stratified, warn_of_folds
from ._labels import class_weights
from ._logistic import LogisticObjective
from ._logistic_path import grid_arguments

__all__ = ["LogisticRegressionCV"]


class LogisticRegressionCV(LogisticObjective, PathSearch):
    """`LogisticRegression` whose C and l1_ratio are chosen by cross-validation.

    Parameters
    ----------
    Cs : int or array, default 10
        The values; or how many, evenly in the logarithm: from the largest that leaves all coefficients zero up to
        1 / `eps` times that where every l1_ratio is > 0, else from 1e-4 to 1e4.
    l1_ratios : list of float, optional
        Those to try; only 0 by default.
    fit_intercept, tol, max_iter, class_weight
        As in `LogisticRegression`; the classes' weights of "balanced" are those of all rows.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of folds, in each of which the classes have their shares.
    scoring : "accuracy" or "neg_log_loss", default "accuracy"
        What is to be largest.
    rule : "max" or "1se", default "max"
        The C of the best mean score, or the smallest C within one standard error of it.
    refit : bool, default True
        Fit on all rows at the chosen C; else the folds' coefficients are averaged.
    eps : float, default 1e-3
        The smallest C over the largest, where Cs is a number.
    dual, penalty, solver, n_jobs, verbose, intercept_scaling, random_state
        Accepted for scikit-learn's sake; folds run on the core's threads.
    use_legacy_attributes : False
        scikit-learn's older shapes of the attributes, which there are not here.

    Attributes
    ----------
    C_, l1_ratio_ : float
    C_max_, C_1se_ : float
        What the two rules choose.
    coef_ : array of shape (1 or n_classes, n_features)
    intercept_ : array of shape (1 or n_classes,)
    classes_ : array of shape (n_classes,)
    Cs_ : array of shape (n_cs,) or (n_l1_ratios, n_cs)
        Smallest first.
    l1_ratios_ : array of shape (n_l1_ratios,)
    scores_ : array of shape (n_folds, n_l1_ratios, n_cs)
    coefs_paths_ : array of shape (n_folds, n_l1_ratios, n_cs, 1 or n_classes, n_features)
    dual_gap_, kkt_violation_ : float
        Of the fit on all rows.
    n_iter_ : array of shape (n_folds, n_l1_ratios, n_cs)

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import LogisticRegressionCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(400, 10))
    >>> y = X[:, 0] - X[:, 1] + rng.normal(size=400) > 0
    >>> model = LogisticRegressionCV(l1_ratios=[1.0], scoring="neg_log_loss", rule="1se", cv=3).fit(X, y)
    >>> np.flatnonzero(model.coef_[0]), model.scores_.shape
    (array([0, 1]), (3, 1, 10))
    """

    C_: float
    C_max_: float
    C_1se_: float
    l1_ratio_: float
    Cs_: np.ndarray
    l1_ratios_: np.ndarray
    scores_: np.ndarray
    coefs_paths_: np.ndarray
    _rules = ("max", "1se")

    def __init__(
        self,
        *,
        Cs: Any = 10,
        l1_ratios: Any = None,
        fit_intercept: Any = True,
        cv: Any = None,
        dual: Any = False,
        penalty: Any = "by_ratio",
        scoring: Any = "accuracy",
        solver: Any = "lbfgs",
        tol: Any = 1e-4,
        max_iter: Any = 100,
        class_weight: Any = None,
        n_jobs: Any = None,
        verbose: Any = 0,
        refit: Any = True,
        intercept_scaling: Any = 1.0,
        random_state: Any = None,
        use_legacy_attributes: Any = False,
        rule: Any = "max",
        eps: Any = 1e-3,
    ) -> None:
        self.Cs = Cs
        self.l1_ratios = l1_ratios
        self.fit_intercept = fit_intercept
        self.cv = cv
        self.dual = dual
        self.penalty = penalty
        self.scoring = scoring
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.refit = refit
        self.intercept_scaling = intercept_scaling
        self.random_state = random_state
        self.use_legacy_attributes = use_legacy_attributes
        self.rule = rule
        self.eps = eps

    def _ratios(self) -> list[float]:
        return [0.0] if self.l1_ratios is None else [float(ratio) for ratio in np.atleast_1d(self.l1_ratios)]

    def _folds(self, data: Data) -> tuple[np.ndarray, np.ndarray]:
        numbers, labels = data.targets.values[0], data.targets.labels
        cv = stratified(numbers, self.cv) if self.cv is None or is_count(self.cv) else self.cv
        train, test = fold_weights(self, data.x, data.y, data.shape[0], data.sample_weight, data.params, cv)
        each = class_weights(self.class_weight, labels, numbers, None)
        return train if each is None else np.ascontiguousarray(train * each), test

    def _grid(self, data: Data, ratios: list[float]) -> dict[str, Any]:
        cs = self.Cs
        if is_count(cs) and min(ratios) == 0:
            cs = np.logspace(-4, 4, _arguments.integer("fit", "Cs", cs, minimum=1))
        return grid_arguments(cs, self.eps, data.weight)

    def _scores(
        self, data: Data, train: np.ndarray, test: np.ndarray, settings: dict[str, Any], path: dict[str, Any]
    ) -> list[dict[str, Any]]:
        total = data.weight
        alphas = [(path["alphas"] * total / weight.sum()).tolist() for weight in train]
        return _core.glm_cross_validate(data.design, data.targets.values[0], train, test, alphas, **settings)

    def _solve(self, data: Data) -> dict[str, Any]:
        if _arguments.flag("fit", "use_legacy_attributes", self.use_legacy_attributes):
            raise ValueError("[fit] use_legacy_attributes must be False: the older shapes are not kept")
        _arguments.choice("fit", "scoring", self.scoring, ("accuracy", "neg_log_loss"))
        _arguments.flag("fit", "refit", self.refit)
        return super()._solve(data)

    def _found(
        self,
        data: Data,
        simplest: bool,
        ratios: list[float],
        paths: list[dict[str, Any]],
        scores: list[list[dict[str, Any]]],
    ) -> dict[str, Any]:
        folds = list(zip(*scores, strict=True))

        def of_folds(get: Callable[[dict[str, Any]], Any]) -> np.ndarray:
            return np.array([[get(path) for path in fold] for fold in folds])

        converged = of_folds(lambda path: path["converged"])
        warn_of_folds(int(np.count_nonzero(~converged)), converged.size, "smaller Cs")
        with np.errstate(divide="ignore"):
            total = data.weight
            grids = np.array([1 / (path["alphas"] * total) for path in paths])
        points = of_folds(lambda path: path["accuracy"] if self.scoring == "accuracy" else -path["loss"])
        coefs = of_folds(lambda path: path["coef"]).astype(data.dtype, copy=False)
        which, best, simple = choose(-np.moveaxis(points, 0, -1))
        chosen = simple if simplest else best
        found = self._answer_at(data, paths[which], chosen)
        if not self.refit:
            intercepts = of_folds(lambda path: path["intercept"])[:, which, chosen].mean(axis=0)
            found |= {"coef_": coefs[:, which, chosen].mean(axis=0), "intercept_": intercepts.astype(data.dtype)}
        return found | {
            "C_": float(grids[which, chosen]),
            "C_max_": float(grids[which, best]),
            "C_1se_": float(grids[which, simple]),
            "l1_ratio_": ratios[which],
            "Cs_": grids[0] if len(ratios) == 1 else grids,
            "l1_ratios_": np.array(ratios),
            "scores_": points,
            "coefs_paths_": coefs,
            "n_iter_": of_folds(lambda path: path["iterations"]).astype(np.int32),
        }
