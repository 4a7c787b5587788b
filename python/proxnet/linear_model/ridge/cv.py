"""Ridge regression whose alpha is chosen by leave-one-out residuals in closed form, or by folds."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import _check
from .._base.model import CrossValidated, LinearModel
from .._base.regressor import LinearRegressor
from .._cv.choice import mean_errors, standard_error
from .._cv.folds import fold_weights
from .._cv.scores import Task, find_scorer, reads_model, regression, takes_weights
from .._input.alphas import read_alphas
from .._input.data import Data
from .._input.inputs import take_rows
from .._sklearn import compat
from .ridge import Ridge, RidgeModel
from .solve import LARGEST_DIRECT, Fit, Path, Problem, proved, solve_path

__all__ = ["RidgeCV", "RidgeCVBase"]

Fold = tuple[Problem, Path]

_VECTORS = 32  # coefficient vectors whose predictions are in memory at once


class RidgeCVBase(CrossValidated, RidgeModel):
    """The search shared by `RidgeCV` and `RidgeClassifierCV`; one matrix decomposition serves all alphas."""

    alphas: Any
    scoring: Any
    gcv_mode: Any = None
    store_cv_results: Any
    alpha_per_target: Any = False
    alpha_: Any
    alpha_min_: Any
    alpha_1se_: Any
    best_score_: Any
    score_path_: np.ndarray
    score_error_: np.ndarray
    alphas_: np.ndarray
    coef_path_: np.ndarray
    mse_path_: np.ndarray
    cv_results_: np.ndarray
    _sometimes = ("cv_results_", "mse_path_")

    def _task(self, data: Data) -> Task:
        """The scoring task: the true targets and the default scorer."""
        raise NotImplementedError

    def _of_fold(self, alpha: float) -> LinearModel:
        """An unfitted model with this alpha, for scorers that read the model."""
        raise NotImplementedError

    def _own_folds(self, data: Data) -> Any:
        """Folds that replace those of the parameter `cv`, or None."""
        return None

    def _solve(self, data: Data) -> dict[str, Any]:
        problem, task = self._problem(data), self._task(data)._replace(metadata=data.params.score)
        rule = _check.choice("fit", "rule", self.rule, ("min", "1se"))
        alphas = read_alphas("fit", self.alphas, zero=self.cv is not None)
        folds: list[Fold] = []
        if not _check.flag("fit", "refit", self.refit) and self.cv is None:
            raise ValueError("[fit] refit=False needs cv, whose folds' coefficients it averages")
        per_target = _check.flag("fit", "alpha_per_target", self.alpha_per_target) and task.truth.ndim == 2
        store = _check.flag("fit", "store_cv_results", self.store_cv_results)
        for name in ("store_cv_results", "alpha_per_target"):
            if self.cv is not None and getattr(self, name):
                raise ValueError(f"[fit] cv!=None and {name}=True are incompatible")
        if self.gcv_mode is not None:
            mode = _check.choice("fit", "gcv_mode", self.gcv_mode, ("auto", "svd", "eigen"))
            if mode == "svd" and hasattr(data.x, "tocsc"):
                message = "The 'svd' mode is not supported for sparse X; X'X or X X' serves."
                compat.warn(message, FutureWarning)
        strengths, path = alphas * problem.strength_scale, None
        if self.cv is None:
            if min(problem.shape) > LARGEST_DIRECT:
                raise ValueError(
                    f"[fit] leaving out one row at a time decomposes a matrix of min(n_samples, n_features) = "
                    f"{min(problem.shape)} rows, {LARGEST_DIRECT} at most; give cv, a number of folds, which are "
                    "solved by conjugate gradients"
                )
            if problem.shape[0] < 2:
                raise ValueError("[fit] leaving a row out needs two rows or more, got n_samples = 1")
            path = solve_path(problem, strengths, leave_one_out=True)
            losses, results = self._left_out(problem, path, task, data.sample_weight, per_target)
            kept = {"cv_results_": results} if store else {}
        else:
            losses, squares = self._in_folds(data, problem, alphas, task, folds)
            losses, kept = losses[np.newaxis], {"mse_path_": squares}
        choices = np.array([_choose(alphas, each) for each in losses])  # (targets or 1, 2)
        chosen = choices[:, 0 if rule == "min" else 1]
        path = path or solve_path(problem, strengths)
        at, targets = np.broadcast_to(chosen, (len(problem.y),)), np.arange(len(problem.y))
        fit = Fit(path.coef[at, targets], path.intercept[at, targets])
        fit = proved(problem, fit, strengths[at]) if self.refit else _averaged(folds, at, alphas)
        scores = -losses[np.arange(len(losses)), chosen].mean(axis=-1)
        errors = np.array([standard_error(each) for each in losses])
        shown: Any = (lambda v: v) if per_target else (lambda v: float(v[0]))
        return (
            kept
            | self._shaped(data, fit)
            | {
                "alphas_": alphas,
                "alpha_": shown(alphas[chosen]),
                "alpha_min_": shown(alphas[choices[:, 0]]),
                "alpha_1se_": shown(alphas[choices[:, 1]]),
                "best_score_": shown(scores),
                "score_path_": -(losses.mean(axis=-1) if per_target else losses[0].mean(axis=-1)),
                "score_error_": errors if per_target else errors[0],
                "coef_path_": (path.coef[:, 0] if len(targets) == 1 else path.coef).astype(data.dtype, copy=False),
            }
        )

    def _left_out(
        self, problem: Problem, path: Path, task: Task, weights: Any, per_target: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """(losses, `cv_results_`); losses: (targets or 1, alphas, rows); with a scorer (targets or 1, alphas, 1)."""
        scorer = find_scorer(self.scoring)
        if scorer is None:
            assert path.loo_residuals is not None
            results = np.square(path.loo_residuals) / problem.strength_scale
            losses = results.transpose(1, 2, 0) if per_target else results.mean(axis=1).T[np.newaxis]
        else:
            results = path.loo_predictions(problem)
            parts = [(task.of_target(t), [t]) for t in range(len(problem.y))] if per_target else [(task, slice(None))]
            weights = weights if weights is None or takes_weights(scorer) else None
            each = [[one.score(scorer, results[:, t, a], weights) for a in range(len(path.coef))] for one, t in parts]
            losses = -np.array(each)[:, :, np.newaxis]
        flat = problem.y.shape[0] == 1 and self._estimator_type == "regressor" and task.truth.ndim == 1
        return losses, (results[:, 0] if flat else results)

    def _in_folds(
        self, data: Data, problem: Problem, alphas: np.ndarray, task: Task, kept: list[Fold]
    ) -> tuple[np.ndarray, np.ndarray]:
        """(minus the test scores, `mse_path_`), (alphas, folds) each. kept: fits that refit=False averages."""
        weights, score_weights, folds = problem.weights, data.sample_weight, self._own_folds(data)
        train, test, named = fold_weights(self, data.x, data.y, problem.shape[0], weights, data.params.split, folds)
        scorer = find_scorer(self.scoring)
        if score_weights is not None and not takes_weights(scorer or task.default):
            score_weights = None
        alone = (np.count_nonzero(test, axis=1) < 2).any() and self._estimator_type == "regressor"
        losses, squares = np.empty((len(alphas), len(train))), np.empty((len(alphas), len(train)))
        for fold, (weights, held, rows) in enumerate(zip(train, test, named, strict=True)):
            part = problem._replace(weights=weights)
            path = solve_path(part, alphas * part.strength_scale)
            once = np.flatnonzero(held)
            tested = take_rows(data.x, rows) if reads_model(scorer) else None
            if not self.refit:
                kept.append((part, path))
            step = max(1, _VECTORS // len(problem.y))
            for a in range(len(alphas)):
                if a % step == 0:
                    some = path.predictions(problem, slice(a, a + step))
                predicted = some[:, :, a % step]
                errors = np.square(problem.y.T[once] - predicted[once]).mean(axis=1)
                squares[a, fold] = np.average(errors, weights=held[once])
                if scorer is not None and reads_model(scorer):
                    model = _fitted(self._of_fold(float(alphas[a])), data, tested, path.coef[a], path.intercept[a])
                    losses[a, fold] = -task.score_model(scorer, model, tested, score_weights, rows)
                elif scorer is not None or not alone:
                    losses[a, fold] = -task.score(scorer or task.default, predicted[rows], score_weights, rows)
        return (squares if scorer is None and alone else losses), squares


def _fitted(model: Any, data: Data, x: Any, coef: np.ndarray, intercept: np.ndarray) -> LinearModel:
    """The model fitted on a fold, for scorers that read it; x: its test rows."""
    unknown = np.full(len(coef), np.nan)
    found = model._shaped(data, Fit(coef, intercept, gap=unknown, kkt=unknown))
    for name in ("dual_gap_", "kkt_violation_", "n_iter_"):
        del found[name]
    fitted: LinearModel = model._as_fitted(x, data.shape[1], found)
    return fitted


def _averaged(folds: list[Fold], at: np.ndarray, alphas: np.ndarray) -> Fit:
    """Mean of the folds' fits at the chosen alphas (one per target); gap and kkt are the maxima over the folds."""
    targets = np.arange(len(at))
    fits = [
        proved(part, Fit(path.coef[at, targets], path.intercept[at, targets]), alphas[at] * part.strength_scale)
        for part, path in folds
    ]
    coef, intercept = (np.mean([getattr(fit, name) for fit in fits], axis=0) for name in ("coef", "intercept"))
    gap, kkt = (np.max([getattr(fit, name) for fit in fits], axis=0) for name in ("gap", "kkt"))
    return Fit(coef, intercept, gap=gap, kkt=kkt)


def _choose(alphas: np.ndarray, losses: np.ndarray) -> tuple[int, int]:
    """(index of the first smallest mean loss, index of the largest alpha within one standard error of it)."""
    means = mean_errors(losses)
    best = int(np.argmin(means))
    within = np.flatnonzero(means <= means[best] + standard_error(losses)[best])
    return best, int(within[np.argmax(alphas[within])])


class RidgeCV(RidgeCVBase, LinearRegressor):
    """`Ridge` whose alpha is chosen by cross-validation; one matrix decomposition serves all alphas.

    The decomposed matrix has min(n_samples, n_features) <= 8192 rows. Beyond that, folds and `ridge_path` are solved
    by conjugate gradients to a relative residual of 1e-10, and leave-one-out raises ValueError.

    Parameters
    ----------
    alphas : array of shape (n_alphas,), default (0.1, 1.0, 10.0)
        Values to try, >= 0; > 0 for leave-one-out (`cv=None`).
    fit_intercept : bool, default True
        Fit an unpenalized intercept b; X is never centred in memory.
    scoring : str or callable, optional
        A name of scikit-learn's scorers, or ``scorer(estimator, X, y)``; the alpha with the highest mean score is
        chosen. None is minus the mean squared error for leave-one-out, and R^2 for folds (the error again if a fold
        has a single test row). For folds a callable gets the fold's fit as a `Ridge` and the test rows. Leave-one-out
        has no such fit: a callable gets the predictions as X, as in scikit-learn.
    cv : int, splitter or iterable of (train, test) indices, optional
        None: leave-one-out in closed form. Otherwise as in `LassoCV`.
    gcv_mode : "auto", "svd", "eigen" or None
        Accepted for compatibility with scikit-learn; the smaller of X'X and X X' is decomposed.
    store_cv_results : bool, default False
        Store `cv_results_`; requires ``cv=None``.
    alpha_per_target : bool, default False
        Choose an alpha for every target; requires ``cv=None``.
    rule : "min" or "1se", default "min"
        "min": the (first) alpha of the best mean score. "1se": the largest alpha within one standard error of it.
    refit : bool, default True
        If True, refit on all rows at the chosen alpha. If False, average the coefficients of the folds, which requires
        `cv`; `dual_gap_` and `kkt_violation_` are then the maxima over the folds.
    penalty_factor : array of shape (n_features,), optional
        Per-feature multiplier of alpha, >= 0: ``alpha * sum(penalty_factor * w ** 2)``. A factor of 0 leaves the
        feature unpenalized; the solver keeps a copy of its column.

    Attributes
    ----------
    alpha_ : float, or array of shape (n_targets,)
    alpha_min_, alpha_1se_ : as alpha_
        The choices of the rules "min" and "1se".
    best_score_ : float, or array of shape (n_targets,)
        The mean score at `alpha_`.
    score_path_, score_error_ : array of shape (n_alphas,), or with `alpha_per_target` (n_targets, n_alphas)
        Mean scores of the alphas (larger is better), and their standard errors over rows or folds.
    coef_, intercept_
        As in `Ridge`, on all rows at `alpha_`.
    dual_gap_, kkt_violation_, n_iter_
        As in `Ridge`.
    alphas_ : array of shape (n_alphas,)
    coef_path_ : array of shape (n_alphas, n_features) or (n_alphas, n_targets, n_features)
        On all rows.
    mse_path_ : array of shape (n_alphas, n_folds)
        With `cv`: weighted mean squared errors, averaged over targets.
    cv_results_ : array of shape (n_samples, n_alphas) or (n_samples, n_targets, n_alphas)
        Squared leave-one-out residuals times the sample weights; with `scoring` the leave-one-out predictions.

    References
    ----------
    Golub, Heath and Wahba, 1979, for the closed form.

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import RidgeCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(50, 5))
    >>> y = X @ [1.0, 2.0, 0.0, 0.0, -1.0] + rng.normal(size=50)
    >>> RidgeCV(alphas=np.logspace(-2, 4, 13)).fit(X, y).alpha_
    1.0
    """

    def __init__(
        self,
        alphas: Any = (0.1, 1.0, 10.0),
        *,
        fit_intercept: Any = True,
        scoring: Any = None,
        cv: Any = None,
        refit: Any = True,
        gcv_mode: Any = None,
        store_cv_results: Any = False,
        alpha_per_target: Any = False,
        rule: Any = "min",
        penalty_factor: Any = None,
    ) -> None:
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.scoring = scoring
        self.cv = cv
        self.refit = refit
        self.gcv_mode = gcv_mode
        self.store_cv_results = store_cv_results
        self.alpha_per_target = alpha_per_target
        self.rule = rule
        self.penalty_factor = penalty_factor

    def _of_fold(self, alpha: float) -> Ridge:
        return Ridge(alpha, fit_intercept=self.fit_intercept)

    def _task(self, data: Data) -> Task:
        values = data.targets.values
        return regression(values[0] if data.truth.ndim == 1 else values.T)
