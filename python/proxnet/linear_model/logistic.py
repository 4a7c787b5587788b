"""Logistic regression, binary and multinomial: the estimator, its cross-validation, and the path function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _check, _core
from ._base.classifier import ProbabilityClassifier, SparseCoefficients
from ._base.convergence import GLM
from ._base.estimator import PathCall
from ._base.model import solver_settings
from ._base.operation import names_itself
from ._base.start import read_start
from ._cv.alpha_search import PathSearch, Search
from ._cv.choice import Chosen, choose
from ._cv.folds import Folds, fold_weights, stratified, warn_of_folds
from ._cv.scores import Scorer, find_scorer, of_classes, probabilities, reads_model, takes_weights
from ._input.alphas import is_count, items, read_ratios
from ._input.data import Data, weight_sum
from ._input.inputs import read_design, read_factors, read_weights, take_rows
from ._input.labels import class_factors, class_weights, read_labels
from ._input.rounding import rounded
from ._sklearn import compat
from .glm import GlmObjective, glm_path, strength

__all__ = ["LogisticObjective", "LogisticRegression", "LogisticRegressionCV", "classes_loss", "logistic_path"]

PENALTIES = ("by_ratio", "l1", "l2", "elasticnet")


def classes_loss(classes: int) -> dict[str, Any]:
    """The core's loss: one output for two classes, else one output per class."""
    loss = _core.GlmLoss.logistic if classes == 2 else _core.GlmLoss.multinomial
    return {"loss": loss, "classes": classes}


class LogisticObjective(GlmObjective, ProbabilityClassifier):
    """Log loss for two or more classes."""

    solver: Any
    intercept_scaling: Any

    _scalar_weight_counts = True
    _accepted_solvers = ("lbfgs", "liblinear", "newton-cg", "newton-cholesky", "sag", "saga")

    def _datafit(self, data: Data) -> dict[str, Any]:
        if self.solver == "liblinear" and self.fit_intercept and self.intercept_scaling != 1:
            raise ValueError(
                "[fit] intercept_scaling must be 1: the intercept is not penalised here, as it is by scikit-learn's "
                f"solver='liblinear', got {_check.shown(self.intercept_scaling)}"
            )
        return classes_loss(len(data.targets.labels))


class LogisticRegression(LogisticObjective, SparseCoefficients):
    """Classification by a logistic model with an L1 and L2 penalty, and a certificate.

    Minimises ``mean of the rows' log losses + 1 / (C S) * (l1_ratio * |w|_1 + (1 - l1_ratio) / 2 * |w|_2^2)``, S the
    sum of the rows' weights, as scikit-learn's class of this name, by proximal Newton steps on a working set.
    Two classes share one row of coefficients; more classes are the multinomial model with one row per class.

    Parameters
    ----------
    penalty : "by_ratio", "l1", "l2", "elasticnet" or None, default "by_ratio"
        By default `l1_ratio` and `C` define the penalty; the others are scikit-learn's older names ("elasticnet" reads
        l1_ratio).
    C : float, default 1.0
        Inverse of the penalty's strength, > 0; infinite for none.
    l1_ratio : float, default 0.0
        0 is pure L2, 1 is pure L1.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the loss at zero coefficients.
    fit_intercept : bool, default True
        Fit unpenalized intercepts.
    class_weight : dict or "balanced", optional
        Multiplies the sample weights by a factor per class: from the dict (default 1), or inversely proportional to the
        class weights.
    max_iter : int, default 100
        Maximum number of iterations (Newton steps).
    warm_start : bool, default False
        Start from `coef_` of the previous fit, which must have the same shape.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of the penalty, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples
        extra values of memory. With three or more classes the coefficients of an unpenalized feature sum to 0.
    dual, random_state, solver, verbose, n_jobs
        Accepted for compatibility with scikit-learn; one solver handles all penalties.
    intercept_scaling : float, default 1
        Accepted for compatibility with scikit-learn. Must be 1 with solver="liblinear": the intercept is never
        penalised.

    Attributes
    ----------
    coef_ : array of shape (1 or n_classes, n_features)
        In the dtype of X; zeros are exact.
    intercept_ : array of shape (1 or n_classes,)
        With three or more classes the intercepts sum to 0, and without a penalty so do each feature's coefficients: the
        probabilities do not determine these sums.
    classes_ : array of shape (n_classes,)
    dual_gap_ : float
        Duality gap: upper bound on the objective minus its minimum. Without a penalty only an estimate, from the
        curvature.
    kkt_violation_ : float
        Largest KKT violation over the coefficients, on the scale of 1 / (C S).
    n_iter_ : array of shape (1,)
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    References
    ----------
    Friedman, Hastie and Tibshirani, 2010, for the model; Yuan, Ho and Lin, 2012, for proximal Newton steps; Massias,
    Vaiter, Gramfort and Salmon, 2020, for their working sets and duality gaps.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import LogisticRegression
    >>> X = np.random.default_rng(0).normal(size=(200, 10))
    >>> y = np.where(X[:, 0] - X[:, 1] > 0, "yes", "no")
    >>> model = LogisticRegression(l1_ratio=1.0, C=0.2).fit(X, y)
    >>> np.flatnonzero(model.coef_[0])
    array([0, 1])
    >>> model.predict(X[:3])
    array(['yes', 'no', 'no'], dtype='<U3')
    >>> model.predict_proba(X).shape
    (200, 2)
    """

    def __init__(
        self,
        penalty: Any = "by_ratio",
        *,
        C: Any = 1.0,
        l1_ratio: Any = 0.0,
        dual: Any = False,
        tol: Any = 1e-4,
        fit_intercept: Any = True,
        intercept_scaling: Any = 1,
        class_weight: Any = None,
        random_state: Any = None,
        solver: Any = "lbfgs",
        max_iter: Any = 100,
        verbose: Any = 0,
        warm_start: Any = False,
        n_jobs: Any = None,
        penalty_factor: Any = None,
    ) -> None:
        self.penalty = penalty
        self.C = C
        self.l1_ratio = l1_ratio
        self.dual = dual
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.random_state = random_state
        self.solver = solver
        self.max_iter = max_iter
        self.verbose = verbose
        self.warm_start = warm_start
        self.n_jobs = n_jobs
        self.penalty_factor = penalty_factor

    def _strength(self, data: Data) -> tuple[float, Any]:
        if self.penalty is None:
            if strength(self.C) != 1.0:
                compat.warn("Setting penalty=None will ignore the C and l1_ratio parameters", UserWarning)
            return 0.0, 0.0
        kind = _check.choice("fit", "penalty", self.penalty, PENALTIES)
        ratio = {"l1": 1.0, "l2": 0.0}.get(kind, self.l1_ratio)
        if self.l1_ratio is not None and _check.real("fit", "l1_ratio", self.l1_ratio) not in (0.0, ratio):
            compat.warn(
                f"penalty={kind!r} ignores l1_ratio={self.l1_ratio!r}; leave penalty out to use it", UserWarning
            )
        return strength(self.C) / data.weight, ratio

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        found = super()._answer(data, paths, least)
        return found | {"n_iter_": np.array([found["n_iter_"]], dtype=np.int32)}


def grid_arguments(cs: Any, eps: Any, total: float) -> dict[str, Any]:
    """The core's arguments for a grid of this many Cs, or for the given Cs; alphas = 1 / (C total), largest first."""
    eps = _check.real("path", "eps", eps, above=0, below=1)
    if is_count(cs):
        return {"alphas": [], "count": _check.integer("path", "Cs", cs, minimum=1), "eps": eps}
    given = items("path", "Cs", cs, "a number of Cs or a vector of them")
    values = [strength(c, "Cs") / total for c in given]
    values.sort(reverse=True)
    return {"alphas": values, "count": len(values), "eps": eps}


@names_itself("logistic_path")
def logistic_path(
    X: Any,
    y: Any,
    *,
    Cs: Any = 100,
    eps: Any = 1e-3,
    l1_ratio: Any = 1.0,
    fit_intercept: Any = True,
    class_weight: Any = None,
    sample_weight: Any = None,
    coef_init: Any = None,
    tol: Any = 1e-4,
    max_iter: Any = 100,
    penalty_factor: Any = None,
    return_n_iter: Any = False,
) -> tuple[Any, ...]:
    """`LogisticRegression` along rising C.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,)
        Labels.
    Cs : int or array, default 100
        The values, or the size of a grid from C_min (the largest C at which all coefficients are zero) up to C_min /
        eps.
    eps : float, default 1e-3
        The smallest C over the largest.
    l1_ratio : float, default 1.0
        Between 0 and 1; > 0 for an automatic grid of Cs.
    coef_init : array of shape (1 or n_classes, n_features), optional
        Starting point for the first C.
    sample_weight : float or array of shape (n_samples,), optional
        >= 0; as in `LogisticRegression`, doubling all weights halves the penalty.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the loss at zero coefficients.
    fit_intercept : bool, default True
        Fit unpenalized intercepts.
    class_weight : dict or "balanced", optional
        Multiplies the sample weights by a factor per class: from the dict (default 1), or inversely proportional to the
        class weights.
    max_iter : int, default 100
        Maximum number of iterations (Newton steps) per C.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of the penalty, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples
        extra values of memory. With three or more classes the coefficients of an unpenalized feature sum to 0.
    return_n_iter : bool, default False
        Also return the numbers of iterations.

    Returns
    -------
    Cs : array of shape (n_cs,), smallest first
    coefs : array of shape (1 or n_classes, n_features, n_cs)
    intercepts : array of shape (1 or n_classes, n_cs)
    dual_gaps : array of shape (n_cs,)
    n_iters : list of int, with `return_n_iter`

    Raises
    ------
    ValueError, TypeError
        As `LogisticRegression.fit`.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import logistic_path
    >>> X = np.random.default_rng(0).normal(size=(200, 10))
    >>> Cs, coefs, intercepts, gaps = logistic_path(X, X[:, 0] - X[:, 1] > 0, Cs=20, eps=0.1)
    >>> coefs.shape, np.count_nonzero(coefs[0], axis=0)[[0, 5, -1]]
    ((1, 10, 20), array([0, 2, 2]))
    """
    _check.flag("path", "return_n_iter", return_n_iter)
    asks = PathCall.of("logistic_path")
    design, shape, dtype = read_design(asks, X)
    classes, numbers = read_labels(asks, y, shape[0])
    weights = class_weights(class_weight, classes, numbers, read_weights(sample_weight, shape[0], scalar_counts=True))
    total = weight_sum(weights, shape[0])
    rows = 1 if len(classes) == 2 else len(classes)
    start = read_start("path", "coef_init", coef_init, rows, shape[1])
    result = glm_path(
        design,
        numbers[np.newaxis],
        weights,
        **classes_loss(len(classes)),
        l1_ratio=_check.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1),
        penalty_factor=read_factors(penalty_factor, shape[1]),
        start=start,
        **solver_settings(fit_intercept, tol, max_iter),
        **grid_arguments(Cs, eps, total),
    )
    with np.errstate(divide="ignore"):
        cs = 1 / (result["alphas"] * total)
    short, intercepts = rounded(design, result["coef"], result["intercept"], dtype, weights, fit_intercept)
    found = (cs, np.moveaxis(short, 0, -1), intercepts.T, result["gap"])
    return (*found, list(result["iterations"])) if return_n_iter else found


_OF_THE_CORE = ("accuracy", "neg_log_loss")  # scores that the core computes along the folds' paths


class LogisticRegressionCV(LogisticObjective, PathSearch):
    """`LogisticRegression` whose C and l1_ratio are chosen by cross-validation.

    Parameters
    ----------
    Cs : int or array, default 10
        The values, or the size of a logarithmic grid: from C_min (the largest C at which all coefficients are zero) to
        C_min / `eps` if every l1_ratio is > 0, else from 1e-4 to 1e4.
    l1_ratios : list of float, optional
        Values to try; only 0 by default.
    penalty : "by_ratio", "l1", "l2" or "elasticnet", default "by_ratio"
        "l1" and "l2" stand for ``l1_ratios=[1]`` and ``[0]``; "elasticnet" requires l1_ratios.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the loss at zero coefficients.
    fit_intercept : bool, default True
        Fit unpenalized intercepts.
    class_weight : dict or "balanced", optional
        Multiplies the sample weights by a factor per class: from the dict (default 1), or inversely proportional to the
        class weights over all rows.
    max_iter : int, default 100
        Maximum number of iterations (Newton steps) per C.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of the penalty, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples
        extra values of memory. With three or more classes the coefficients of an unpenalized feature sum to 0.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of stratified folds.
    scoring : str or callable, default "accuracy"
        A name of scikit-learn's scorers, or ``scorer(estimator, X, y)``; the largest mean score is chosen, and `score`
        returns it. A callable gets the fold's fit as a `LogisticRegression` and the test rows. The core computes
        "accuracy" (also None) and "neg_log_loss"; the other scorers need scikit-learn.
    rule : "min" or "1se", default "min"
        "min" (or "max"): the C of the best mean score. "1se": the smallest C within one standard error of it.
    refit : bool, default True
        If True, refit on all rows at the chosen C. If False, average the coefficients of the folds.
    eps : float, default 1e-3
        The smallest C over the largest, where Cs is a number.
    dual, solver, n_jobs, verbose, intercept_scaling, random_state
        Accepted for compatibility with scikit-learn; folds run on the core's threads.
    use_legacy_attributes : False
        Accepted for compatibility with scikit-learn; the attributes have its new shapes only.

    Attributes
    ----------
    C_, l1_ratio_ : float
        ``C_[0]`` is the same number, like scikit-learn's older arrays with one entry per problem.
    C_max_, C_1se_ : float
        The choices of the rules "min" and "1se".
    alpha_, alpha_min_, alpha_1se_ : float
        The same choices as penalty strengths, 1 / C.
    coef_ : array of shape (1 or n_classes, n_features)
    intercept_ : array of shape (1 or n_classes,)
    classes_ : array of shape (n_classes,)
    Cs_ : array of shape (n_cs,) or (n_l1_ratios, n_cs)
        Smallest first.
    l1_ratios_ : array of shape (n_l1_ratios,)
    scores_ : array of shape (n_folds, n_l1_ratios, n_cs)
    coefs_paths_ : array of shape (n_folds, n_l1_ratios, n_cs, 1 or n_classes, n_features or n_features + 1)
        Paths of the folds; with fit_intercept the last column holds the intercepts.
    alphas_ : as Cs_, 1 / Cs_
    coef_path_ : array of shape (n_cs, 1 or n_classes, n_features)
        From the path on all rows at the chosen l1_ratio.
    dual_gap_, kkt_violation_ : float
        From the fit on all rows, as in `LogisticRegression`; with refit=False the maxima over the folds.
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
        kind = _check.choice("fit", "penalty", self.penalty, PENALTIES)
        ratios = None if self.l1_ratios is None else read_ratios("l1_ratios", self.l1_ratios)
        if kind == "elasticnet" and ratios is None:
            raise ValueError("[fit] penalty='elasticnet' needs l1_ratios, those to try, got None")
        if kind in ("l1", "l2"):
            own = [1.0 if kind == "l1" else 0.0]
            if ratios not in (None, own):
                raise ValueError(
                    f"[fit] penalty='{kind}' stands for l1_ratios={own}, got l1_ratios={_check.shown(self.l1_ratios)}"
                )
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
            cs = np.logspace(-4, 4, _check.integer("fit", "Cs", cs, minimum=1))
        return grid_arguments(cs, self.eps, data.weight)

    def _scorer(self, classes: np.ndarray) -> Scorer | None:
        """The scorer, with all classes as its labels; None for the accuracy."""
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
        """The model fitted on a fold, for callable scorers; part: rows of X."""
        shared = {name: getattr(self, name) for name in ("tol", "fit_intercept", "class_weight", "max_iter")}
        model = LogisticRegression(C=float(1 / alpha) if alpha > 0 else np.inf, l1_ratio=l1_ratio, **shared)
        coef, intercept = rounded(data.design, coef, intercept, data.dtype, data.targets.weights, self.fit_intercept)
        found = {"coef_": coef, "intercept_": intercept, "classes_": data.targets.labels}
        return model._as_fitted(part, data.shape[1], found)

    def _solve(self, data: Data) -> dict[str, Any]:
        if _check.flag("fit", "use_legacy_attributes", self.use_legacy_attributes):
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
            answer = self._average(data, [fit | {"iterations": [1]} for fit in fits])
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
