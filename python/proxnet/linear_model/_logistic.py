"""Logistic regression, binary and multinomial, with an L1 and L2 penalty."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import _arguments, _core
from . import _sklearn
from ._classifier import ProbabilityClassifier, SparseCoefficients
from ._data import Data
from ._glm import GlmObjective

__all__ = ["LogisticObjective", "LogisticRegression", "classes_loss", "strength"]

PENALTIES = ("by_ratio", "l1", "l2", "elasticnet")


def strength(c: Any, name: str = "C") -> float:
    """1 / C: C is > 0, infinite for no penalty."""
    if isinstance(c, float | np.floating) and c == math.inf:
        return 0.0
    inverse = 1 / _arguments.real("fit", name, c, above=0)
    if inverse == math.inf:
        raise ValueError(f"[fit] {name} must be so large that 1 / {name} is finite, got {c:g}")
    return inverse


def classes_loss(classes: int) -> dict[str, Any]:
    """The core's loss, of one prediction a row for two classes, else one a class."""
    loss = _core.Loss.binary_crossentropy if classes == 2 else _core.Loss.sparse_categorical_crossentropy
    return {"loss": loss, "classes": classes}


class LogisticObjective(GlmObjective, ProbabilityClassifier):
    """Log loss of two classes or more."""

    solver: Any
    intercept_scaling: Any

    _scalar_weight_counts = True
    _accepted_solvers = ("lbfgs", "liblinear", "newton-cg", "newton-cholesky", "sag", "saga")

    def _datafit(self, data: Data) -> dict[str, Any]:
        if self.solver == "liblinear" and self.fit_intercept and self.intercept_scaling != 1:
            raise ValueError(
                "[fit] intercept_scaling must be 1: the intercept is not penalised here, as it is by scikit-learn's "
                f"solver='liblinear', got {self.intercept_scaling!r}"
            )
        return classes_loss(len(data.targets.labels))


class LogisticRegression(LogisticObjective, SparseCoefficients):
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
    penalty_factor : array of shape (n_features,), optional
        Multiplies the strength, feature by feature; >= 0, where 0 is for a feature that is not penalised: n_samples
        extra values for each. With three classes or more such a feature's coefficients have the sum 0.
    dual, random_state, solver, verbose, n_jobs
        Accepted for scikit-learn's sake: there is one solver, for all penalties.
    intercept_scaling : float, default 1
        Accepted for scikit-learn's sake, but with solver="liblinear" only as 1: the intercept is not penalised.

    Attributes
    ----------
    coef_ : array of shape (1 or n_classes, n_features)
        Of the dtype of X; zeros are exact.
    intercept_ : array of shape (1 or n_classes,)
        With three classes or more the sum is 0, and without a penalty that of each feature's coefficients: the
        probabilities leave it open.
    classes_ : array of shape (n_classes,)
    dual_gap_ : float
        The objective is at most this far above its minimum (without a penalty an estimate of the excess of the
        objective, by the curvature; no bound).
    kkt_violation_ : float
        The largest distance of a coefficient from its optimality condition, in units of 1 / (C S).
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
            if self.C != 1.0:
                _sklearn.warn("Setting penalty=None will ignore the C and l1_ratio parameters", UserWarning)
            return 0.0, 0.0
        kind = _arguments.choice("fit", "penalty", self.penalty, PENALTIES)
        ratio = {"l1": 1.0, "l2": 0.0}.get(kind, self.l1_ratio)
        if self.l1_ratio not in (None, 0.0, ratio):
            _sklearn.warn(
                f"penalty={kind!r} ignores l1_ratio={self.l1_ratio!r}; leave penalty out to use it", UserWarning
            )
        return strength(self.C) / data.weight, ratio

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        found = super()._answer(data, paths, least)
        return found | {"n_iter_": np.array([found["n_iter_"]], dtype=np.int32)}
