"""Logistic regression, binary and multinomial, with an L1 and L2 penalty."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from .. import _arguments
from ._classifier import ProbabilityClassifier
from ._glm import solve, weight_sum
from ._inputs import feature_names, read_design, read_weights, record_features
from ._labels import class_weights, read_labels
from ._start import warm_start

__all__ = ["LogisticRegression"]

PENALTIES = ("by_ratio", "l1", "l2", "elasticnet")


def strength(c: Any, name: str = "C") -> float:
    """1 / C: C is > 0, infinite for no penalty."""
    if isinstance(c, float | np.floating) and c == math.inf:
        return 0.0
    return 1 / _arguments.real("fit", name, c, above=0)


class LogisticRegression(ProbabilityClassifier):
    """Classification by a logistic model with an L1 and L2 penalty, and a certificate.

    Minimises ``mean of the rows' log losses + 1 / (C S) * (l1_ratio * |w|_1 + (1 - l1_ratio) / 2 * |w|_2^2)``, S the
    sum of the rows' weights, as scikit-learn's class of this name, by proximal Newton steps on a working set.
    Two classes have one row of coefficients, more are the multinomial model with a row each.

    Parameters
    ----------
    penalty : "by_ratio", "l1", "l2", "elasticnet" or None, default "by_ratio"
        By default `l1_ratio` and `C` say all; the others are scikit-learn's older names ("elasticnet" reads l1_ratio).
    C : float, default 1.0
        Inverse of the penalty's strength, > 0; infinite for none.
    l1_ratio : float, default 0.0
        0 is pure L2, 1 is pure L1.
    tol : float, default 1e-4
        Of the duality gap, relative to the loss without coefficients.
    fit_intercept : bool, default True
        Fit intercepts, which are not penalised.
    class_weight : dict or "balanced", optional
        Multiplies the rows' weights: per label (1 where none is given), or inversely to the classes' weights.
    max_iter : int, default 100
        Newton steps.
    warm_start : bool, default False
        Begin with the coefficients of the last fit, whose shape must be that of this one's.
    dual, intercept_scaling, random_state, solver, verbose, n_jobs
        Accepted for scikit-learn's sake: there is one solver, for all penalties.

    Attributes
    ----------
    coef_ : array of shape (1 or n_classes, n_features)
        Of the dtype of X; zeros are exact.
    intercept_ : array of shape (1 or n_classes,)
    classes_ : array of shape (n_classes,)
    dual_gap_ : float
        The objective is at most this far above its minimum (without a penalty an estimate of the excess of the
        objective, by the curvature; no bound).
    kkt_violation_ : float
        The largest distance of a coefficient from its optimality condition.
    n_iter_ : array of shape (1,)
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

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

    def _strength_and_ratio(self) -> tuple[float, Any]:
        """1 / C, and the share of L1."""
        if self.penalty is None:
            return 0.0, 0.0
        kind = _arguments.choice("fit", "penalty", self.penalty, PENALTIES)
        return strength(self.C), {"l1": 1.0, "l2": 0.0}.get(kind, self.l1_ratio)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit, and keep the proof: `dual_gap_` bounds how far the objective is from its minimum.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            float64 and float32 are read as they lie, in C or Fortran order, CSC or CSR; other numbers as float64.
        y : array of shape (n_samples,)
            Labels: numbers or strings, of two classes or more.
        sample_weight : array of shape (n_samples,), optional
            >= 0.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            For anything that is not finite, of the wrong shape, or out of its range.
        """
        design, shape, dtype = read_design(self, X)
        classes, numbers = read_labels(self, y, shape[0])
        names = feature_names(X)
        weights = read_weights(sample_weight, shape[0])
        weights = class_weights(self.class_weight, classes, numbers, weights)
        inverse, ratio = self._strength_and_ratio()
        rows = 1 if len(classes) == 2 else len(classes)
        result = solve(
            design,
            numbers,
            weights,
            loss="logistic" if rows == 1 else "softmax",
            classes=len(classes),
            alphas=[inverse / weight_sum(weights, shape[0])],
            l1_ratio=ratio,
            fit_intercept=self.fit_intercept,
            tol=self.tol,
            max_iter=self.max_iter,
            start=warm_start(self, rows, shape[1]),
        )
        record_features(self, names, shape[1])
        self.classes_ = classes
        self.coef_ = result["coef"][0].astype(dtype, copy=False)
        self.intercept_ = result["intercept"][0].astype(dtype, copy=False)
        self.dual_gap_, self.kkt_violation_ = float(result["gap"][0]), float(result["kkt"][0])
        self.n_iter_ = np.array([max(1, result["iterations"][0])], dtype=np.int32)
        return self
