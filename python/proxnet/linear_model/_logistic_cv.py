"""Logistic regression with C (and l1_ratio) chosen by cross-validation: one path a fold and l1_ratio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _arguments, _core
from ._alpha_search import PathSearch, Search
from ._alphas import is_count, read_ratios
from ._choice import Chosen, choose
from ._convergence import GLM
from ._data import Data
from ._folds import Folds, fold_weights, stratified, warn_of_folds
from ._inputs import take_rows
from ._labels import class_factors
from ._logistic import PENALTIES, LogisticObjective, LogisticRegression
from ._logistic_path import grid_arguments
from ._operation import names_itself
from ._rounding import rounded
from ._scores import Scorer, find_scorer, of_classes, probabilities, reads_model, takes_weights

__all__ = ["LogisticRegressionCV"]

_OF_THE_CORE = ("accuracy", "neg_log_loss")  # scores that come with the folds' paths


class LogisticRegressionCV(LogisticObjective, PathSearch):
    """`LogisticRegression` whose C and l1_ratio are chosen by cross-validation.

    Parameters
    ----------
    Cs : int or array, default 10
        The values; or how many, evenly in the logarithm: from the largest that leaves all coefficients zero up to
        1 / `eps` times that where every l1_ratio is > 0, else from 1e-4 to 1e4.
    l1_ratios : list of float, optional
        Those to try; only 0 by default.
    penalty : "by_ratio", "l1", "l2" or "elasticnet", default "by_ratio"
        "l1" and "l2" are ``l1_ratios=[1]`` and ``[0]``; "elasticnet" asks for l1_ratios.
    tol : float, default 1e-4
        Of the duality gap, relative to the loss without coefficients.
    fit_intercept : bool, default True
        Fit intercepts, which are not penalised.
    class_weight : dict or "balanced", optional
        Multiplies the rows' weights: per label (1 where none is given), or inversely to the classes'
        weights among all rows.
    max_iter : int, default 100
        Newton steps, for every C.
    penalty_factor : array of shape (n_features,), optional
        Multiplies the strength, feature by feature; >= 0, where 0 is for a feature that is not penalised: n_samples
        extra values for each. With three classes or more such a feature's coefficients have the sum 0.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of folds, in each of which the classes have their shares.
    scoring : str or callable, default "accuracy"
        A name of scikit-learn's scorers, or ``scorer(estimator, X, y)``: what is to be largest, and what `score`
        returns; a callable gets the fold's fit as a `LogisticRegression` and the rows it tests on. "accuracy", for
        which None stands too, and "neg_log_loss" are the core's own.
    rule : "min" or "1se", default "min"
        The C of the best mean score (of the smallest loss; "max" says the same), or the smallest C within one standard
        error of it.
    refit : bool, default True
        Fit on all rows at the chosen C; else the folds' coefficients are averaged.
    eps : float, default 1e-3
        The smallest C over the largest, where Cs is a number.
    dual, solver, n_jobs, verbose, intercept_scaling, random_state
        Accepted for scikit-learn's sake; folds run on the core's threads.
    use_legacy_attributes : False
        scikit-learn's older shapes of the attributes, which there are not here.

    Attributes
    ----------
    C_, l1_ratio_ : float
        ``C_[0]`` is the same number, as for scikit-learn's older arrays of one entry a problem.
    C_max_, C_1se_ : float
        What the two rules choose.
    alpha_, alpha_min_, alpha_1se_ : float
        The same as strengths, 1 / C.
    coef_ : array of shape (1 or n_classes, n_features)
    intercept_ : array of shape (1 or n_classes,)
    classes_ : array of shape (n_classes,)
    Cs_ : array of shape (n_cs,) or (n_l1_ratios, n_cs)
        Smallest first.
    l1_ratios_ : array of shape (n_l1_ratios,)
    scores_ : array of shape (n_folds, n_l1_ratios, n_cs)
    coefs_paths_ : array of shape (n_folds, n_l1_ratios, n_cs, 1 or n_classes, n_features or n_features + 1)
        Of the folds; the intercepts last, where there are some.
    alphas_ : as Cs_, 1 / Cs_
    coef_path_ : array of shape (n_cs, 1 or n_classes, n_features)
        On all rows, at the chosen l1_ratio.
    dual_gap_, kkt_violation_ : float
        Of the fit on all rows, as in `LogisticRegression`; the largest of the folds' fits that refit=False averages.
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
    l1_ratio_: float
    scores_: np.ndarray
    alpha_: float
    alphas_: np.ndarray
    coef_path_: np.ndarray
    _rules = ("min", "1se", "max")

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
        rule: Any = "min",
        eps: Any = 1e-3,
        penalty_factor: Any = None,
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
        self.penalty_factor = penalty_factor

    def _ratios(self) -> list[float]:
        kind = _arguments.choice("fit", "penalty", self.penalty, PENALTIES)
        ratios = None if self.l1_ratios is None else read_ratios("l1_ratios", self.l1_ratios)
        if kind == "elasticnet" and ratios is None:
            raise ValueError("[fit] penalty='elasticnet' needs l1_ratios, those to try, got None")
        if kind in ("l1", "l2"):
            own = [1.0 if kind == "l1" else 0.0]
            if ratios not in (None, own):
                raise ValueError(f"[fit] penalty='{kind}' stands for l1_ratios={own}, got l1_ratios={self.l1_ratios!r}")
            return own
        return [0.0] if ratios is None else ratios

    def _folds(self, data: Data) -> Folds:
        numbers, labels = data.targets.values[0], data.targets.labels
        cv = stratified(numbers, self.cv) if self.cv is None or is_count(self.cv) else self.cv
        folds = fold_weights(self, data.x, data.y, data.shape[0], data.sample_weight, data.params.split, cv)
        factors = class_factors(self.class_weight, labels, numbers, data.sample_weight)
        if factors is not None:
            folds = folds._replace(train=np.ascontiguousarray(folds.train * factors[numbers.astype(np.intp)]))
        return folds

    def _grid(self, data: Data, ratios: list[float]) -> dict[str, Any]:
        cs = self.Cs
        if is_count(cs) and min(ratios) == 0:
            cs = np.logspace(-4, 4, _arguments.integer("fit", "Cs", cs, minimum=1))
        return grid_arguments(cs, self.eps, data.weight)

    def _scorer(self, classes: np.ndarray) -> Scorer | None:
        """Told of all classes; None for the accuracy."""
        scorer = find_scorer(None if isinstance(self.scoring, str) and self.scoring == "accuracy" else self.scoring)
        return None if scorer is None else of_classes(scorer, classes)

    def _scores(self, data: Data, split: Folds, settings: dict[str, Any], path: dict[str, Any]) -> list[dict[str, Any]]:
        total, numbers, labels = data.weight, data.targets.values[0], data.targets.labels
        alphas = [(path["alphas"] * total / weight.sum()).tolist() for weight in split.train]
        folds = _core.glm_cross_validate(data.design, numbers, split.train, split.test, alphas, **settings)
        if self.scoring is None or (isinstance(self.scoring, str) and self.scoring in _OF_THE_CORE):
            return [
                fold | {"score": -fold["loss"] if self.scoring == "neg_log_loss" else fold["accuracy"]}
                for fold in folds
            ]
        scorer: Any = self._scorer(labels)
        weights = data.sample_weight if data.sample_weight is None or takes_weights(scorer) else None
        task = probabilities(data.truth.ravel(), labels)._replace(metadata=data.params.score)
        reads = reads_model(scorer)

        def scored(fold: dict[str, Any], rows: np.ndarray) -> list[float]:
            points = []
            part = take_rows(data.x, rows) if reads else None
            for alpha, coefs, bs in zip(path["alphas"] * total, fold["coef"], fold["intercept"], strict=True):
                if reads:
                    model = self._model(data, part, alpha, settings["l1_ratio"], coefs, bs)
                    points.append(task.score_model(scorer, model, part, weights, rows))
                    continue
                each = [data.design.predict(w, float(b))[rows] for w, b in zip(coefs, bs, strict=True)]
                points.append(task.score(scorer, np.stack(each, axis=1), weights, rows))
            return points

        return [fold | {"score": scored(fold, rows)} for fold, rows in zip(folds, split.tested, strict=True)]

    def _model(
        self, data: Data, part: Any, alpha: float, l1_ratio: float, coef: np.ndarray, intercept: np.ndarray
    ) -> LogisticRegression:
        """What a fold has fitted, for scorers to read; part: rows of X."""
        shared = {name: getattr(self, name) for name in ("tol", "fit_intercept", "class_weight", "max_iter")}
        model = LogisticRegression(C=float(1 / alpha) if alpha > 0 else np.inf, l1_ratio=l1_ratio, **shared)
        coef, intercept = rounded(data.design, coef, intercept, data.dtype, data.targets.weights, self.fit_intercept)
        found = {"coef_": coef, "intercept_": intercept, "classes_": data.targets.labels}
        return model._as_fitted(part, data.shape[1], found)

    def _solve(self, data: Data) -> dict[str, Any]:
        if _arguments.flag("fit", "use_legacy_attributes", self.use_legacy_attributes):
            raise ValueError("[fit] use_legacy_attributes must be False: the older shapes are not kept")
        if not isinstance(self.scoring, str) or self.scoring not in _OF_THE_CORE:
            self._scorer(data.targets.labels)
        return super()._solve(data)

    def _found(self, data: Data, search: Search) -> dict[str, Any]:
        ratios, folds = search.ratios, list(zip(*search.scores, strict=True))

        def of_folds(get: Callable[[dict[str, Any]], Any]) -> np.ndarray:
            return np.array([[get(path) for path in fold] for fold in folds])

        total, points = data.weight, of_folds(lambda path: path["score"])
        limits = self.tol * of_folds(lambda path: path["null_value"])[:, :, np.newaxis]
        asked = GLM.of({"tol": self.tol, "max_iter": self.max_iter}, 0)
        warn_of_folds(data.design, of_folds(lambda path: path["gap"]), limits, asked)
        alphas = np.array([path["alphas"] * total for path in search.paths])
        with np.errstate(divide="ignore"):
            grids = 1 / alphas
        which, best, simple = choose(-np.moveaxis(points, 0, -1))
        chosen = simple if search.simplest else best
        if self.refit:
            answer = self._answer_at(data, search.paths[which], chosen)
        else:
            names = ("coef", "intercept", *self._figures.values())
            fits = [{name: fold[which][name][: chosen + 1] for name in names} for fold in folds]
            answer = self._average(data, [fit | {"passes": [1]} for fit in fits])
        problems = 1 if len(data.targets.labels) == 2 else len(data.targets.labels)
        return answer | {
            "C_": Chosen(grids[which, chosen], problems),
            "C_max_": float(grids[which, best]),
            "C_1se_": float(grids[which, simple]),
            "alpha_": float(alphas[which, chosen]),
            "alpha_min_": float(alphas[which, best]),
            "alpha_1se_": float(alphas[which, simple]),
            "l1_ratio_": Chosen(ratios[which], problems),
            "Cs_": grids[0] if len(ratios) == 1 else grids,
            "alphas_": alphas[0] if len(ratios) == 1 else alphas,
            "coef_path_": search.paths[which]["coef"].astype(data.dtype, copy=False),
            "l1_ratios_": np.array(ratios),
            "scores_": points,
            "coefs_paths_": of_folds(self._with_intercepts).astype(data.dtype, copy=False),
            "n_iter_": of_folds(lambda path: path["iterations"]).astype(np.int32),
        }

    def _with_intercepts(self, path: dict[str, Any]) -> np.ndarray:
        """(points, 1 or classes, features or one more)."""
        coefs, intercepts = np.asarray(path["coef"]), np.asarray(path["intercept"])
        return np.concatenate([coefs, intercepts[:, :, np.newaxis]], axis=2) if self.fit_intercept else coefs

    @names_itself("score")
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The score by `scoring`, of the accuracy where that is None.

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function`; for y or weights of another length.
        """
        self._check_fitted()
        scorer = self._scorer(self.classes_)
        if scorer is None:
            return super().score(X, y, sample_weight)
        weights = None if sample_weight is None or not takes_weights(scorer) else {"sample_weight": sample_weight}
        return float(scorer(self, X, y, **(weights or {})))
