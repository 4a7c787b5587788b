"""Generalised linear models with an L1 and L2 penalty: Huber and Poisson regression, and the linear SVC."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import _check, _core
from ._base.classifier import SparseCoefficients
from ._base.model import LinearModel
from ._base.operation import names_itself
from ._base.path import solve_path
from ._base.regressor import LinearRegressor
from ._input.data import Data, Targets
from ._input.inputs import read_factors
from ._input.labels import class_factors

__all__ = ["GlmObjective", "HuberRegressor", "LinearSVC", "PoissonRegressor", "glm_path", "strength"]


def strength(c: Any, name: str = "C") -> float:
    """1 / C; C > 0, infinite for no penalty."""
    if isinstance(c, float | np.floating) and c == math.inf:
        return 0.0
    inverse = 1 / _check.real("fit", name, c, above=0)
    if inverse == math.inf:
        raise ValueError(f"[fit] {name} must be so large that 1 / {name} is finite, got {c:g}")
    return inverse


def glm_path(
    design: _core.Design,
    targets: np.ndarray,
    weights: np.ndarray | None,
    *,
    classes: int = 2,
    constant_column: float = 0.0,
    penalty_factor: np.ndarray | None = None,
    start: np.ndarray | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """`_core.glm_path` for targets (1, rows), as `solve_path`."""
    return solve_path(
        _core.glm_path,
        design,
        targets[0],
        weights,
        classes=classes,
        constant_column=constant_column,
        penalty_factor=penalty_factor,
        start=None if start is None else start.ravel(),
        **settings,
    )


class GlmObjective(LinearModel):
    """A GLM loss with an elastic net penalty."""

    penalty_factor: Any
    _path = staticmethod(glm_path)

    def _datafit(self, data: Data) -> dict[str, Any]:
        """The loss options of `glm_path`."""
        raise NotImplementedError

    def _objective(self, data: Data, l1_ratio: Any) -> dict[str, Any]:
        ratio = _check.real("fit", "l1_ratio", l1_ratio, minimum=0, maximum=1)
        factors = read_factors(self.penalty_factor, data.shape[1])
        return {"l1_ratio": ratio, "penalty_factor": factors} | self._datafit(data)


class HuberRegressor(GlmObjective, LinearRegressor):
    """Robust linear regression: the loss is linear in residuals beyond `epsilon` times a fitted scale.

    Minimises over w, b and the scale s ``sum_i (s + H((x_i w + b - y_i) / s) s) + alpha * (l1_ratio * |w|_1 +
    (1 - l1_ratio) * |w|_2^2)`` with ``H(t) = t^2`` up to ``|t| = epsilon`` and ``2 epsilon |t| - epsilon^2`` beyond: at
    ``l1_ratio=0`` scikit-learn's class of this name.

    Parameters
    ----------
    epsilon : float, default 1.35
        > 1; the smaller, the more rows count as outliers.
    max_iter : int, default 100
        Maximum number of iterations (Newton steps).
    alpha : float, default 1e-4
        Penalty parameter, >= 0.
    l1_ratio : float, default 0.0
        0 is pure L2, 1 is pure L1.
    warm_start : bool, default False
        Start from `coef_` of the previous fit, which must have the same shape.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b.
    tol : float, default 1e-5
        Tolerance on the duality gap, relative to the loss at zero coefficients.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples extra
        values of memory.

    Attributes
    ----------
    coef_ : array of shape (n_features,)
        In the dtype of X; zeros are exact.
    intercept_, scale_ : float
    outliers_ : bool array of shape (n_samples,)
        Rows further than ``epsilon * scale_`` from their prediction.
    dual_gap_ : float
        Duality gap of the objective divided by the sum of the sample weights. For alpha=0 only an estimate, from the
        curvature.
    kkt_violation_ : float
        Largest KKT violation over the coefficients, on the scale of the gradient of that objective.
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    References
    ----------
    Owen, 2007, A robust hybrid of lasso and ridge regression.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import HuberRegressor
    >>> X = np.arange(20.0).reshape(-1, 1)
    >>> y = 2 * X[:, 0] + np.tile([0.1, -0.1], 10)
    >>> y[3] = 500.0
    >>> model = HuberRegressor().fit(X, y)
    >>> model.coef_.round(2), bool(model.outliers_[3])
    (array([2.]), True)
    """

    scale_: float
    outliers_: np.ndarray
    _multi_output = False
    _scalar_weight_counts = True
    _figures = LinearRegressor._figures | {"scale_": "scale"}

    def __init__(
        self,
        *,
        epsilon: Any = 1.35,
        max_iter: Any = 100,
        alpha: Any = 0.0001,
        l1_ratio: Any = 0.0,
        warm_start: Any = False,
        fit_intercept: Any = True,
        tol: Any = 1e-05,
        penalty_factor: Any = None,
    ) -> None:
        self.epsilon = epsilon
        self.max_iter = max_iter
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.warm_start = warm_start
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.penalty_factor = penalty_factor

    def _strength(self, data: Data) -> tuple[float, Any]:
        alpha, _ = super()._strength(data)
        ratio = _check.real("fit", "l1_ratio", self.l1_ratio, minimum=0, maximum=1)
        # ours: alpha (r |w| + (1 - r) |w|^2); the core's: alpha' (r' |w| + (1 - r') / 2 |w|^2)
        return alpha / data.weight * (2 - ratio), ratio / (2 - ratio)

    def _datafit(self, data: Data) -> dict[str, Any]:
        return {"loss": _core.GlmLoss("huber", _check.real("fit", "epsilon", self.epsilon, above=1))}

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        found = super()._answer(data, paths, least)
        errors = data.targets.values[0] - data.design.predict(paths[0]["coef"][0, 0], found["intercept_"])
        return found | {"outliers_": np.abs(errors) > found["scale_"] * self.epsilon}


class PoissonRegressor(GlmObjective, LinearRegressor):
    """Regression of counts, ``E[y] = exp(X w + b)``, with an L1 and L2 penalty, and a certificate.

    Minimises ``mean of the rows' half deviances + alpha * (l1_ratio * |w|_1 + (1 - l1_ratio) / 2 * |w|_2^2)``: at
    ``l1_ratio=0`` scikit-learn's class of this name.

    Parameters
    ----------
    alpha : float, default 1.0
        Penalty parameter, >= 0.
    l1_ratio : float, default 0.0
        0 is pure L2, 1 is pure L1.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b.
    max_iter : int, default 100
        Maximum number of iterations (Newton steps).
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the loss at zero coefficients.
    warm_start : bool, default False
        Start from `coef_` of the previous fit, which must have the same shape.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples extra
        values of memory.
    solver, verbose
        Accepted for compatibility with scikit-learn; no effect.

    Attributes
    ----------
    coef_ : array of shape (n_features,)
        In the dtype of X; zeros are exact.
    intercept_ : float
    dual_gap_ : float
        Duality gap: upper bound on the objective minus its minimum. For alpha=0 only an estimate, from the curvature.
    kkt_violation_ : float
        Largest KKT violation over the coefficients, on the scale of alpha.
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import PoissonRegressor
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> model = PoissonRegressor(alpha=0.0, tol=1e-12).fit(X, np.exp(0.5 * X[:, 0]))
    >>> model.coef_.round(6)
    array([0.5])
    """

    _multi_output = False
    _positive_only = True
    _accepted_solvers = ("lbfgs", "newton-cholesky")

    def __init__(
        self,
        *,
        alpha: Any = 1.0,
        l1_ratio: Any = 0.0,
        fit_intercept: Any = True,
        solver: Any = "lbfgs",
        max_iter: Any = 100,
        tol: Any = 1e-4,
        warm_start: Any = False,
        verbose: Any = 0,
        penalty_factor: Any = None,
    ) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start
        self.verbose = verbose
        self.penalty_factor = penalty_factor

    def _datafit(self, data: Data) -> dict[str, Any]:
        return {"loss": _core.GlmLoss.poisson}

    @property
    def _output_activation(self) -> str:
        return "exponential"

    def predict(self, X: Any) -> np.ndarray:
        """``exp(X @ coef_ + intercept_)``, of shape (n_samples,)."""
        result: np.ndarray = np.exp(super().predict(X))
        return result

    @names_itself("score")
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """D^2, the fraction of the deviance explained: 1 is perfect, 0 is as good as the mean.

        If all counts are equal it is 1 for an exact prediction, else 0.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`; for y or weights of another length, and for counts or weights that are not >= 0.
        """
        target, predicted, weights = self._compared(X, y, sample_weight)
        if (target < 0).any():
            raise ValueError(f"[score] y must be >= 0, got {target.min():g}")

        def deviance(mean: Any) -> float:
            logs = target * np.log(np.where(target > 0, target, 1.0) / mean)
            return float(np.average(logs - target + mean, weights=weights))

        own = deviance(predicted)
        counted = target if weights is None else target[weights > 0]
        if (counted == counted[:1]).all():
            return float(own == 0)
        return 1 - own / deviance(np.average(target, weights=weights))


class LinearSVC(GlmObjective, SparseCoefficients):
    """Linear support vector classification, squared hinge, L1 or L2 penalty, with a certificate.

    Minimises ``C * sum of the rows' max(0, 1 - y (x w + b))^2 + |w|_1`` or ``... + 1/2 |w|_2^2``; as in scikit-learn's
    class of this name, w includes the intercept, as the coefficient of a constant column `intercept_scaling`. More
    than two classes are solved one-vs-rest.

    Parameters
    ----------
    penalty : "l1" or "l2", default "l2"
    loss : "squared_hinge"
        The only one.
    tol : float, default 1e-4
        Tolerance on the duality gap, relative to the loss at zero coefficients.
    C : float, default 1.0
        Inverse of the penalty's strength, > 0.
    fit_intercept : bool, default True
    intercept_scaling : float, default 1
        > 0; the larger, the less the intercept is penalised.
    class_weight : dict or "balanced", optional
        As in `LogisticRegression`; with more than two classes the weight of a class multiplies its rows in its own
        one-vs-rest problem only.
    max_iter : int, default 1000
        Maximum number of iterations (Newton steps).
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0. A factor of 0 leaves the feature unpenalized and takes n_samples extra
        values of memory.
    multi_class : "ovr", default "ovr"
        The only one.
    dual, verbose, random_state
        Accepted for compatibility with scikit-learn; no effect.

    Attributes
    ----------
    coef_ : array of shape (1 or n_classes, n_features)
        In the dtype of X; zeros are exact.
    intercept_ : array of shape (1 or n_classes,)
    classes_ : array of shape (n_classes,)
    dual_gap_ : array of shape (1 or n_classes,)
        Duality gap of the objective divided by C times the sum of the sample weights.
    kkt_violation_ : array of shape (1 or n_classes,)
        Largest KKT violation over the coefficients, on the scale of the gradient of that objective.
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

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
        kind = _check.choice("fit", "penalty", self.penalty, ("l1", "l2"))
        return strength(self.C) / data.weight, 1.0 if kind == "l1" else 0.0

    def _datafit(self, data: Data) -> dict[str, Any]:
        _check.choice("fit", "loss", self.loss, ("squared_hinge",))
        scaling = _check.real("fit", "intercept_scaling", self.intercept_scaling, above=0)
        constant = scaling if self.fit_intercept else 0.0
        return {"loss": _core.GlmLoss.squared_hinge, "constant_column": constant, "fit_intercept": False}

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        found = super()._answer(data, paths, least)
        figures = {name: np.atleast_1d(found[name]) for name in self._figures}
        return found | figures | {"n_iter_": int(np.max(found["n_iter_"]))}
