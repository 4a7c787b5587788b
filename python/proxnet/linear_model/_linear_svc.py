"""Linear support vector classification with the squared hinge."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments, _core
from ._classifier import SparseCoefficients
from ._data import Data, Targets
from ._glm import GlmObjective
from ._labels import class_factors
from ._logistic import strength

__all__ = ["LinearSVC"]


class LinearSVC(GlmObjective, SparseCoefficients):
    """Linear support vector classification, squared hinge, L1 or L2 penalty, with a certificate.

    Minimises ``C * sum of the rows' max(0, 1 - y (x w + b))^2 + |w|_1`` or ``... + 1/2 |w|_2^2``; as in scikit-learn's
    class of this name, w includes the intercept, as the coefficient of a column of `intercept_scaling`. More than two
    classes are one problem each against the rest.

    Parameters
    ----------
    penalty : "l1" or "l2", default "l2"
    loss : "squared_hinge"
        The only one.
    tol : float, default 1e-4
        Of the duality gap, relative to the loss without coefficients.
    C : float, default 1.0
        Inverse of the penalty's strength, > 0.
    fit_intercept : bool, default True
    intercept_scaling : float, default 1
        > 0; the larger, the less the intercept is penalised.
    class_weight : dict or "balanced", optional
        As in `LogisticRegression`; of more than two classes in the one class's rows only, where the rest has weight 1.
    max_iter : int, default 1000
        Newton steps.
    penalty_factor : array of shape (n_features,), optional
        Multiplies the strength, feature by feature; >= 0, where 0 is for a feature that is not penalised: n_samples
        numbers of memory each.
    multi_class : "ovr", default "ovr"
        The only one.
    dual, verbose, random_state
        Accepted for scikit-learn's sake.

    Attributes
    ----------
    coef_ : array of shape (1 or n_classes, n_features)
        Of the dtype of X; zeros are exact.
    intercept_ : array of shape (1 or n_classes,)
    classes_ : array of shape (n_classes,)
    dual_gap_ : array of shape (1 or n_classes,)
        The objective over C times the sum of the rows' weights is at most this far above its minimum.
    kkt_violation_ : array of shape (1 or n_classes,)
        The largest distance of a coefficient from its optimality condition, in units of the slope of that objective.
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Where X is a data frame with string names.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import LinearSVC
    >>> X = np.random.default_rng(0).normal(size=(200, 10))
    >>> model = LinearSVC(penalty="l1", C=0.05).fit(X, X[:, 0] - X[:, 1] > 0)
    >>> np.flatnonzero(model.coef_[0])
    array([0, 1])
    """

    _scalar_weight_counts = True

    def __init__(
        self,
        penalty: Any = "l2",
        loss: Any = "squared_hinge",
        *,
        dual: Any = "auto",
        tol: Any = 1e-4,
        C: Any = 1.0,
        multi_class: Any = "ovr",
        fit_intercept: Any = True,
        intercept_scaling: Any = 1,
        class_weight: Any = None,
        verbose: Any = 0,
        random_state: Any = None,
        max_iter: Any = 1000,
        penalty_factor: Any = None,
    ) -> None:
        self.penalty = penalty
        self.loss = loss
        self.dual = dual
        self.tol = tol
        self.C = C
        self.multi_class = multi_class
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.verbose = verbose
        self.random_state = random_state
        self.max_iter = max_iter
        self.penalty_factor = penalty_factor

    def _read_targets(self, y: Any, rows: int, weights: np.ndarray | None) -> Targets:
        found = super()._read_targets(y, rows, weights)
        classes = len(found.labels)
        if classes == 2:
            return found
        values = (found.values == np.arange(classes)[:, np.newaxis]).astype(np.float64)
        factors = class_factors(self.class_weight, found.labels, found.values[0], weights)
        if factors is not None:
            each = np.where(values == 1, factors[:, np.newaxis], 1.0)
            weights = np.ascontiguousarray(each if weights is None else weights * each)
        return Targets(values, weights, found.labels)

    def _strength(self, data: Data) -> tuple[float, Any]:
        kind = _arguments.choice("fit", "penalty", self.penalty, ("l1", "l2"))
        return strength(self.C) / data.weight, 1.0 if kind == "l1" else 0.0

    def _datafit(self, data: Data) -> dict[str, Any]:
        _arguments.choice("fit", "loss", self.loss, ("squared_hinge",))
        scaling = _arguments.real("fit", "intercept_scaling", self.intercept_scaling, above=0)
        constant = scaling if self.fit_intercept else 0.0
        return {"loss": _core.Loss.squared_hinge, "constant_column": constant, "fit_intercept": False}

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        found = super()._answer(data, paths, least)
        figures = {name: np.atleast_1d(found[name]) for name in self._figures}
        return found | figures | {"n_iter_": int(np.max(found["n_iter_"]))}
