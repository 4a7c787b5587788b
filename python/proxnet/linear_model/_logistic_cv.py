"""Logistic regression with C (and l1_ratio) chosen by cross-validation: one path a fold and l1_ratio."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .. import _arguments, _core
from . import _sklearn
from ._alphas import is_count
from ._classifier import ProbabilityClassifier
from ._folds import fold_weights, stratified, warn_of_folds
from ._glm import solve, weight_sum
from ._inputs import feature_names, read_design, read_weights, record_features
from ._labels import class_weights, read_labels
from ._logistic_path import grid_arguments

__all__ = ["LogisticRegressionCV"]


class LogisticRegressionCV(ProbabilityClassifier):
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

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:
        """Paths on every fold, the choice, and the fit on all rows.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            One copy serves all folds: rows held out have weight 0.
        y : array of shape (n_samples,)
            Labels.
        sample_weight : array of shape (n_samples,), optional
        **params
            As in `LassoCV.fit`.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As `LogisticRegression.fit`; for folds without rows.
        """
        params = _sklearn.routed(self, params)
        rule = _arguments.choice("fit", "rule", self.rule, ("max", "1se"))
        scoring = _arguments.choice("fit", "scoring", self.scoring, ("accuracy", "neg_log_loss"))
        refit = _arguments.flag("fit", "refit", self.refit)
        if _arguments.flag("fit", "use_legacy_attributes", self.use_legacy_attributes):
            raise ValueError("[fit] use_legacy_attributes must be False: the older shapes are not kept")
        ratios = [0.0] if self.l1_ratios is None else [float(ratio) for ratio in np.atleast_1d(self.l1_ratios)]
        design, shape, dtype = read_design(self, X)
        classes, numbers = read_labels(self, y, shape[0])
        names = feature_names(X)
        weights = read_weights(sample_weight, shape[0])
        cv = stratified(numbers, self.cv) if self.cv is None or is_count(self.cv) else self.cv
        train, test = fold_weights(self, X, y, shape[0], weights, params, cv)
        each = class_weights(self.class_weight, classes, numbers, None)
        train = train if each is None else train * each
        weights = class_weights(self.class_weight, classes, numbers, weights)
        rows = 1 if len(classes) == 2 else len(classes)
        settings: dict[str, Any] = {
            "loss": "logistic" if rows == 1 else "softmax",
            "classes": len(classes),
            "fit_intercept": _arguments.flag("fit", "fit_intercept", self.fit_intercept),
            "tol": _arguments.real("fit", "tol", self.tol, minimum=0),
            "max_iter": _arguments.integer("fit", "max_iter", self.max_iter, minimum=1),
        }
        total = weight_sum(weights, shape[0])
        cs = self.Cs
        if is_count(cs) and min(ratios) == 0:
            cs = np.logspace(-4, 4, _arguments.integer("fit", "Cs", cs, minimum=1))
        paths = [
            solve(design, numbers, weights, l1_ratio=ratio, **settings, **grid_arguments(cs, self.eps, total))
            for ratio in ratios
        ]
        train, loss = np.ascontiguousarray(train), settings.pop("loss")
        folds = list(
            zip(
                *(
                    _core.glm_cross_validate(
                        design,
                        numbers,
                        train,
                        test,
                        [(path["alphas"] * total / weight.sum()).tolist() for weight in train],
                        loss,
                        l1_ratio=ratio,
                        **settings,
                    )
                    for ratio, path in zip(ratios, paths, strict=True)
                ),
                strict=True,
            )
        )
        unconverged = sum(not reached for fold in folds for path in fold for reached in path["converged"])
        warn_of_folds(unconverged, len(folds) * sum(len(path["alphas"]) for path in paths), "smaller Cs")
        record_features(self, names, shape[1])
        self.classes_ = classes
        self.scores_ = np.array(
            [[path["accuracy"] if scoring == "accuracy" else -path["loss"] for path in fold] for fold in folds]
        )
        with np.errstate(divide="ignore"):
            grids = np.array([1 / (path["alphas"] * total) for path in paths])
        self.n_iter_ = np.array([[path["iterations"] for path in fold] for fold in folds], dtype=np.int32)
        self.coefs_paths_ = np.array([[path["coef"] for path in fold] for fold in folds]).astype(dtype, copy=False)
        intercepts = np.array([[path["intercept"] for path in fold] for fold in folds])
        self.Cs_, self.l1_ratios_ = grids[0] if len(ratios) == 1 else grids, np.array(ratios)
        which, chosen = self._choose(rule, grids)
        self.l1_ratio_, self.C_ = ratios[which], float(grids[which, chosen])
        path = paths[which]
        self.coef_ = path["coef"][chosen].astype(dtype) if refit else self.coefs_paths_[:, which, chosen].mean(axis=0)
        intercept = path["intercept"][chosen] if refit else intercepts[:, which, chosen].mean(axis=0)
        self.intercept_ = intercept.astype(dtype)
        self.dual_gap_, self.kkt_violation_ = float(path["gap"][chosen]), float(path["kkt"][chosen])
        return self

    def _choose(self, rule: str, grids: np.ndarray) -> tuple[int, int]:
        """The numbers of the l1_ratio and the C."""
        means, folds = self.scores_.mean(axis=0), len(self.scores_)
        which, best = np.unravel_index(int(np.argmax(means)), means.shape)
        spread = self.scores_[:, which, best].std(ddof=1) / np.sqrt(folds) if folds > 1 else 0.0
        simplest = int(np.argmax(means[which] >= means[which, best] - spread))
        self.C_max_, self.C_1se_ = float(grids[which, best]), float(grids[which, simplest])
        return int(which), simplest if rule == "1se" else int(best)
