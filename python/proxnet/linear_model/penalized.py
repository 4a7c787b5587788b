"""Linear models under a penalty object of `proxnet.regularizers`: MCP, SCAD, L0, weighted and adaptive lasso."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import _check, _core
from ..regularizers import L1, GroupL1, Regularizer
from ._base.classifier import ProbabilityClassifier, SparseCoefficients
from ._base.convergence import OPTIMALITY
from ._base.estimator import PathCall
from ._base.model import LinearModel, solver_settings
from ._base.operation import names_itself
from ._base.path import solve_path
from ._base.regressor import LinearRegressor
from ._cv.alpha_search import AlphaSearch
from ._input.alphas import alpha_arguments
from ._input.data import Data
from ._input.inputs import one_column, read_design, read_targets, read_weights
from ._input.labels import read_labels
from .logistic import classes_loss

__all__ = [
    "LOSSES",
    "PenalizedClassifier",
    "PenalizedRegressor",
    "PenalizedRegressorCV",
    "PenaltyObjective",
    "core_loss",
    "core_penalty",
    "penalized_path",
]


def path_of_one(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, *, start: np.ndarray | None, **settings: Any
) -> dict[str, Any]:
    """The solution for one target (1, rows), as `solve_path`: least squares, unless the settings have a `loss`."""
    core = _core.penalized_glm if "loss" in settings else _core.penalized_least_squares
    first = None if start is None else start.ravel()
    return solve_path(core, design, targets[0], weights, **settings, start=first)


class PenaltyObjective(LinearModel):
    """Mean loss over rows (least squares by default) plus the penalty object in `penalty`."""

    objective_: Any
    penalty: Any
    n_steps: Any
    _path = staticmethod(path_of_one)
    _figures: ClassVar[dict[str, str]] = {
        "dual_gap_": "dual_gap",
        "kkt_violation_": "kkt",
        "objective_": "objective",
    }

    def _datafit(self, data: Data) -> dict[str, Any]:
        """The loss options of the core; empty for least squares."""
        return {}

    def _settings(self, data: Data) -> dict[str, Any]:
        return (
            solver_settings(self.fit_intercept, self.tol, self.max_iter)
            | {
                "penalty": core_penalty(self.penalty, 0.01),
                "count": _check.integer("fit", "n_steps", self.n_steps, minimum=1),
            }
            | self._datafit(data)
        )


def core_penalty(given: Any, strength: float = 1.0) -> _core.Penalty:
    """The core's penalty on single weights; ``L1(strength)`` if `given` is None.

    Raises
    ------
    ValueError, TypeError
        Unless `given` is a penalty on single weights with a fixed strength.
    """
    penalty = L1(strength) if given is None else given
    if not isinstance(penalty, Regularizer):
        raise TypeError(f"[fit] penalty must be an object of proxnet.regularizers, got {_check.shown(penalty)}")
    if isinstance(penalty, GroupL1):
        raise ValueError(f"[fit] penalty must act on single weights, got {_check.shown(penalty)}; use GroupLasso")
    if penalty.schedule is not None or penalty._target() is not _core.SparsityTarget.none:
        raise ValueError(
            f"[fit] penalty must have one strength, without a schedule or a target, got {_check.shown(penalty)}"
        )
    return penalty._penalty()


LOSSES = ("squared_error", "poisson", "huber")


def core_loss(kind: str, epsilon: float) -> dict[str, Any]:
    """The core's loss with one output, also "log_loss"; empty for the squared error."""
    losses = {
        "log_loss": _core.GlmLoss.logistic,
        "poisson": _core.GlmLoss.poisson,
        "huber": _core.GlmLoss("huber", epsilon),
    }
    return {"loss": losses[kind], "classes": 2} if kind in losses else {}


class PenalizedRegressor(PenaltyObjective, LinearRegressor):
    """Regression under any penalty of `proxnet.regularizers` that acts on single weights.

    Minimises ``mean of the rows' losses + penalty(w)``, the loss being half the squared error, half the deviance of a
    Poisson model, or Huber's, by coordinate descent on a working set of columns: each step is the penalty's own
    proximal operator, for the losses with a curvature that changes inside Newton steps that never raise the objective.
    For a nonconvex penalty the result is a coordinate-wise stationary point, reached along decreasing strengths; under
    the squared error it is a minimum over every single weight.

    Parameters
    ----------
    penalty : Regularizer, default None
        `L1`, `L2`, `L1L2`, `MCP`, `SCAD`, `LogSum` or `L0`, on their own scale; None is ``L1(0.01)``, the lasso with
        alpha 0.01. Its per-feature `factors` give a weighted or adaptive lasso; a factor of 0 leaves the feature
        unpenalized.
    loss : "squared_error", "poisson" or "huber", default "squared_error"
        "poisson" is for counts, ``E[y] = exp(X w + b)``, and does not support `L0`; "huber" also fits the scale, as
        `HuberRegressor`.
    epsilon : float, default 1.35
        > 1, for "huber": the smaller, the more rows count as outliers.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    n_steps : int, default 20
        Strengths, from the one at which all is zero to the penalty's own, each solved from the one before.
    max_iter : int, default 10000
        Maximum number of iterations per strength: passes over the working set, or Newton steps for the other losses.
    tol : float, default 1e-6
        Tolerance on the KKT violation, and on the coordinate steps still possible, relative to the largest absolute
        gradient of the loss at zero coefficients. For "poisson" and "huber" under `L1`, `L2` and `L1L2` with factors >
        0: tolerance on the duality gap, relative to the loss at zero coefficients.
    warm_start : bool, default False
        Start from `coef_` of the previous fit and skip the stronger penalties.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        In the dtype of X; zeros are exact.
    intercept_ : float or array of shape (n_targets,)
    dual_gap_ : float or array of shape (n_targets,)
        Under `L1`, `L2` and `L1L2` with factors > 0 the objective is at most this far above its minimum. NaN under the
        other penalties, which have no dual. Without a penalty only an estimate, from the curvature.
    kkt_violation_ : float or array of shape (n_targets,)
        Largest KKT violation over the features, on the scale of an L1 strength.
    objective_ : float or array of shape (n_targets,)
        The objective at the solution.
    scale_ : float or array of shape (n_targets,)
        Set for "huber": the fitted scale.
    n_iter_ : int or list of int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    References
    ----------
    Breheny and Huang, 2011, for coordinate descent with MCP and SCAD; Zou, 2006, for the adaptive lasso.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import PenalizedRegressor, Ridge
    >>> from proxnet.regularizers import L1, MCP
    >>> X = np.vstack([np.eye(4), -np.eye(4)])
    >>> y = X @ [8.0, -2.0, 0.5, 0.0]
    >>> PenalizedRegressor(MCP(0.25, gamma=6.0)).fit(X, y).coef_  # large ones are not shrunk
    array([ 8., -2.,  0.,  0.])

    The adaptive lasso:

    >>> factors = 1 / np.maximum(np.abs(Ridge(1.0).fit(X, y).coef_), 1e-6)
    >>> PenalizedRegressor(L1(0.25, factors=factors)).fit(X, y).coef_.round(3)
    array([ 7.812, -1.25 ,  0.   ,  0.   ])
    """

    scale_: Any
    _sometimes = ("scale_",)

    def __init__(
        self,
        penalty: Any = None,
        *,
        loss: Any = "squared_error",
        epsilon: Any = 1.35,
        fit_intercept: Any = True,
        n_steps: Any = 20,
        max_iter: Any = 10000,
        tol: Any = 1e-6,
        warm_start: Any = False,
    ) -> None:
        self.penalty = penalty
        self.loss = loss
        self.epsilon = epsilon
        self.fit_intercept = fit_intercept
        self.n_steps = n_steps
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start

    def _datafit(self, data: Data) -> dict[str, Any]:
        kind = _check.choice("fit", "loss", self.loss, LOSSES)
        return core_loss(kind, _check.real("fit", "epsilon", self.epsilon, above=1))

    def _answer(self, data: Data, paths: list[dict[str, Any]], least: int = 1) -> dict[str, Any]:
        found = super()._answer(data, paths, least)
        if self.loss != "huber":
            return found
        scales = [float(path["scale"][0]) for path in paths]
        return found | {"scale_": scales[0] if len(scales) == 1 else np.array(scales)}

    @property
    def _output_activation(self) -> str:
        return "exponential" if self.loss == "poisson" else "linear"

    def predict(self, X: Any) -> np.ndarray:
        """``X @ coef_.T + intercept_``; for "poisson" its exponential.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,) or (n_samples, n_targets), of the dtype of `coef_`

        Raises
        ------
        NotFittedError, ValueError
            Before fit; for another number of features or names; for numbers that are not finite.
        """
        linear = super().predict(X)
        result: np.ndarray = np.exp(linear) if self.loss == "poisson" else linear
        return result


class PenalizedClassifier(PenaltyObjective, ProbabilityClassifier, SparseCoefficients):
    """Logistic regression under any penalty of `proxnet.regularizers` that acts on single weights.

    Minimises ``mean of the rows' log losses + penalty(w)`` by Newton steps on a working set, whose coordinate steps are
    the penalty's own proximal operator and which never raise the objective. For a nonconvex penalty the result is a
    coordinate-wise stationary point, reached along decreasing strengths. Two classes share one row of coefficients;
    more classes are the multinomial model with one row per class. If the classes are linearly separable, bounded
    penalties (`MCP`, `SCAD`, `L0`) have no minimum: coefficients grow until `max_iter`, with a warning.

    Parameters
    ----------
    penalty : Regularizer, default None
        `L1`, `L2`, `L1L2`, `MCP`, `SCAD`, `LogSum` or `L0`, on their own scale; None is ``L1(0.01)``: ``L1(1 / (C n))``
        is `LogisticRegression` with ``l1_ratio=1``. Its per-feature `factors` give a weighted or adaptive lasso; a
        factor of 0 leaves the feature unpenalized.
    class_weight : dict or "balanced", optional
        Multiplies the sample weights by a factor per class: from the dict (default 1), or inversely proportional to the
        class weights.
    fit_intercept : bool, default True
        Fit unpenalized intercepts.
    n_steps : int, default 20
        Strengths, from the one at which all is zero to the penalty's own, each solved from the one before; convex
        penalties need none.
    max_iter : int, default 1000
        Maximum number of iterations (Newton steps) per strength.
    tol : float, default 1e-6
        Under `L1`, `L2` and `L1L2` with factors > 0: tolerance on the duality gap, relative to the loss at zero
        coefficients. Under the others: on the KKT violation and the coordinate steps still possible, relative to the
        largest absolute gradient of the loss at zero coefficients.
    warm_start : bool, default False
        Start from `coef_` of the previous fit and skip the stronger penalties.

    Attributes
    ----------
    coef_ : array of shape (1 or n_classes, n_features)
        In the dtype of X; zeros are exact.
    intercept_ : array of shape (1 or n_classes,)
    classes_ : array of shape (n_classes,)
    dual_gap_ : float
        Under `L1`, `L2` and `L1L2` with factors > 0 the objective is at most this far above its minimum. NaN under the
        other penalties, which have no dual. Without a penalty only an estimate, from the curvature.
    kkt_violation_ : float
        Largest KKT violation over the coefficients, on the scale of an L1 strength.
    objective_ : float
        The objective at the solution.
    n_iter_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features,)
        Set if X is a data frame with string column names.

    References
    ----------
    Breheny and Huang, 2011, for MCP and SCAD in logistic regression; Lee, Sun and Saunders, 2014, for proximal Newton
    steps.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import PenalizedClassifier
    >>> from proxnet.regularizers import MCP
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 10))
    >>> y = np.where(X[:, 0] - X[:, 1] + rng.logistic(size=200) > 0, "yes", "no")
    >>> model = PenalizedClassifier(MCP(0.1, gamma=6.0)).fit(X, y)
    >>> np.flatnonzero(model.coef_[0])
    array([0, 1])
    >>> model.predict_proba(X).shape
    (200, 2)
    """

    def __init__(
        self,
        penalty: Any = None,
        *,
        class_weight: Any = None,
        fit_intercept: Any = True,
        n_steps: Any = 20,
        max_iter: Any = 1000,
        tol: Any = 1e-6,
        warm_start: Any = False,
    ) -> None:
        self.penalty = penalty
        self.class_weight = class_weight
        self.fit_intercept = fit_intercept
        self.n_steps = n_steps
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start

    def _datafit(self, data: Data) -> dict[str, Any]:
        return classes_loss(len(data.targets.labels))


def falling_path(
    design: _core.Design, targets: np.ndarray, weights: np.ndarray | None, *, start: None, **settings: Any
) -> dict[str, Any]:
    """`_core.penalized_path` for one target (1, rows)."""
    return solve_path(_core.penalized_path, design, targets[0], weights, **settings)


def fold_errors(
    design: _core.Design, targets: np.ndarray, train: np.ndarray, test: np.ndarray, **settings: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`_core.penalized_cross_validate` for one target (1, rows)."""
    return _core.penalized_cross_validate(design, targets[0], train, test, **settings)


class PenalizedRegressorCV(AlphaSearch):
    """`PenalizedRegressor` whose strength is chosen by cross-validation: MCP, SCAD, L0, the adaptive lasso, ...

    Parameters
    ----------
    penalty : Regularizer, default None
        As in `PenalizedRegressor`; alpha multiplies its strengths, so that alpha is the strength of a penalty of
        strength 1. None is ``L1(1.0)``, the lasso.
    eps : float, default 1e-2
        alpha_min / alpha_max of an automatic grid.
    alphas : int or array, default 100
        The values, or the size of a grid from alpha_max (the smallest alpha at which all coefficients are zero) down to
        eps * alpha_max.
    cv : int, splitter or iterable of (train, test) indices, optional
        An int (5 by default) is the number of contiguous folds, as scikit-learn's KFold.
    rule : "min" or "1se", default "min"
        "min": the alpha of the smallest mean error. "1se": the largest alpha within one standard error of it.
    refit : bool, default True
        If True, refit on all rows at the chosen alpha. If False, average the coefficients of the folds;
        `kkt_violation_` is then the maximum over the folds.
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    max_iter : int, default 10000
        Maximum number of iterations (passes over the working set) per alpha.
    tol : float, default 1e-6
        Tolerance on the KKT violation, and on the coordinate steps still possible, relative to the largest absolute
        gradient of the loss at zero coefficients.

    Attributes
    ----------
    alpha_, alpha_min_, alpha_1se_ : float
        The alpha used, and the choices of the rules "min" and "1se".
    coef_, intercept_, kkt_violation_, n_iter_
        On all rows, at `alpha_`, as the path from strong penalties down reaches it.
    alphas_ : array of shape (n_alphas,)
        In decreasing order.
    mse_path_ : array of shape (n_alphas, n_folds)
    coef_path_ : array of shape (n_alphas, n_features)
        On all rows.

    References
    ----------
    Breheny and Huang, 2011, Coordinate descent algorithms for nonconvex penalized regression.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import PenalizedRegressorCV
    >>> from proxnet.regularizers import MCP
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(80, 200))
    >>> y = X[:, :3] @ [3.0, -2.0, 1.5] + rng.normal(size=80)
    >>> model = PenalizedRegressorCV(MCP(1.0)).fit(X, y)
    >>> np.flatnonzero(model.coef_)
    array([0, 1, 2])
    """

    _one_column = "[fit] y must be one target, got an array of shape {shape}"
    _path = staticmethod(falling_path)
    _fold_errors = staticmethod(fold_errors)
    _figures: ClassVar[dict[str, str]] = {"kkt_violation_": "kkt"}
    _asked = OPTIMALITY

    def __init__(
        self,
        penalty: Any = None,
        *,
        eps: Any = 1e-2,
        alphas: Any = 100,
        fit_intercept: Any = True,
        max_iter: Any = 10000,
        tol: Any = 1e-6,
        cv: Any = None,
        refit: Any = True,
        rule: Any = "min",
    ) -> None:
        self.penalty = penalty
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.refit = refit
        self.rule = rule

    def _objective(self, data: Data, l1_ratio: Any) -> dict[str, Any]:
        return {"penalty": core_penalty(self.penalty)}


@names_itself("penalized_path")
def penalized_path(
    X: Any,
    y: Any,
    penalty: Any = None,
    *,
    loss: Any = "squared_error",
    epsilon: Any = 1.35,
    eps: Any = 1e-2,
    alphas: Any = 100,
    tol: Any = 1e-6,
    max_iter: Any = 10000,
    sample_weight: Any = None,
    return_n_iter: Any = False,
) -> tuple[Any, ...]:
    """Solutions of `PenalizedRegressor` along decreasing alphas; no intercept is fitted, as in `lasso_path`.

    Each minimises the mean of the rows' losses, ``1 / (2 n) |y - X w|^2`` by default, plus ``penalty(w)`` with the
    penalty's strengths times alpha, warm-started from the previous alpha. Decreasing strengths lead nonconvex penalties
    to good local minima.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,)
        For "log_loss" labels of two classes.
    penalty : Regularizer, default None
        As in `PenalizedRegressor`, multiplied by alpha. None is ``L1(1.0)``: the lasso path.
    loss : "squared_error", "log_loss", "poisson" or "huber", default "squared_error"
        As in `PenalizedRegressor`; "log_loss" is the loss of `PenalizedClassifier`.
    epsilon : float, default 1.35
        As in `PenalizedRegressor`.
    eps : float, default 1e-2
        alpha_min / alpha_max of an automatic grid.
    alphas : int or array, default 100
        The values, or the size of a grid from alpha_max (the smallest alpha at which all coefficients are zero) down to
        eps * alpha_max.
    tol : float, default 1e-6
        Tolerance on the KKT violation, relative to the largest absolute gradient of the loss at zero coefficients; for
        the other losses under convex penalties on the duality gap, as in `PenalizedRegressor`.
    max_iter : int, default 10000
        Maximum number of iterations per alpha: passes over the working set, or Newton steps for the other losses.
    sample_weight : array of shape (n_samples,), optional
        >= 0; only their proportions count.
    return_n_iter : bool, default False
        Also return the numbers of iterations.

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas)
    kkt_violations : array of shape (n_alphas,)
        Largest KKT violation over the features; a nonconvex penalty has no duality gap.
    n_iters : list of int, with `return_n_iter`

    Raises
    ------
    ValueError, TypeError
        As `PenalizedRegressor.fit`; for an automatic grid under a penalty that makes no zeros (alpha_max is infinite).

    References
    ----------
    Mazumder, Friedman and Hastie, 2011, SparseNet: coordinate descent with nonconvex penalties.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import penalized_path
    >>> from proxnet.regularizers import MCP
    >>> X = np.vstack([np.eye(2), -np.eye(2)])
    >>> alphas, coefs, violations = penalized_path(X, X @ [4.0, 1.0], MCP(1.0, gamma=8.0), alphas=[1.0, 0.4])
    >>> coefs.round(2)
    array([[2.67, 4.  ],
           [0.  , 0.27]])
    """
    _check.flag("path", "return_n_iter", return_n_iter)
    asks = PathCall.of("penalized_path")
    design, shape, dtype = read_design(asks, X)
    kind = _check.choice("path", "loss", loss, (*LOSSES, "log_loss"))
    if kind == "log_loss":
        classes, targets = read_labels(asks, y, shape[0])
        if len(classes) > 2:
            raise ValueError(f"[path] y must be of two classes, got {len(classes)}")
    else:
        targets = read_targets(asks, y, shape[0])
        one_column(targets, f"[fit] y must be one target, got an array of shape {targets.shape}")
    datafit = core_loss(kind, _check.real("path", "epsilon", epsilon, above=1))
    weights = read_weights(sample_weight, shape[0])
    result = solve_path(
        _core.penalized_glm_path if datafit else _core.penalized_path,
        design,
        np.ascontiguousarray(targets.ravel()),
        weights,
        **datafit,
        **alpha_arguments(alphas, eps),
        penalty=core_penalty(penalty),
        fit_intercept=False,
        tol=_check.real("path", "tol", tol, minimum=0),
        max_iter=_check.integer("path", "max_iter", max_iter, minimum=1),
    )
    coefs = result["coef"].reshape(-1, shape[1]).T.astype(dtype, copy=False)
    found = (result["alphas"], coefs, result["kkt"])
    return (*found, list(result["iterations"])) if return_n_iter else found
