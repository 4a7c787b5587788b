"""Ridge with alpha chosen by leaving rows out, one at a time in closed form, or in folds."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .. import _arguments
from ._choice import two_rules
from ._folds import fold_weights
from ._inputs import read_design, read_targets, read_weights, record_features
from ._regressor import LinearRegressor
from ._ridge_solve import Problem, Spectrum

__all__ = ["RidgeCV", "ridge_path"]


class RidgeCV(LinearRegressor):
    """`Ridge` whose alpha is chosen by cross-validation; one eigendecomposition serves all alphas.

    Parameters
    ----------
    alphas : array of shape (n_alphas,), default (0.1, 1.0, 10.0)
        Those to try, > 0.
    fit_intercept : bool, default True
    scoring : None
        The mean squared error; no other score is computed.
    cv : int, splitter or iterable of (train, test) indices, optional
        None leaves every row out in turn, by the closed form; else as in `LassoCV`.
    gcv_mode
        Accepted for scikit-learn's sake.
    store_cv_results : bool, default False
        Keep `cv_results_`; without `cv` only.
    alpha_per_target : bool, default False
        Choose an alpha for every target; without `cv` only.
    rule : "min" or "1se", default "min"
        The alpha of the smallest mean error, or the largest alpha within one standard error of it.

    Attributes
    ----------
    alpha_ : float, or array of shape (n_targets,)
    alpha_min_, alpha_1se_ : as alpha_
        What the two rules choose.
    best_score_ : float, or array of shape (n_targets,)
        Minus the mean squared error at `alpha_`.
    coef_, intercept_
        As in `Ridge`, on all rows at `alpha_`.
    alphas_ : array of shape (n_alphas,)
    coef_path_ : array of shape (n_alphas, n_features) or (n_alphas, n_targets, n_features)
        On all rows.
    mse_path_ : array of shape (n_alphas, n_folds)
        With `cv`; the mean over targets.
    cv_results_ : array of shape (n_samples, n_alphas) or (n_samples, n_targets, n_alphas)
        Squared errors of the rows left out, times their weights.

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
        gcv_mode: Any = None,
        store_cv_results: Any = False,
        alpha_per_target: Any = False,
        rule: Any = "min",
    ) -> None:
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.scoring = scoring
        self.cv = cv
        self.gcv_mode = gcv_mode
        self.store_cv_results = store_cv_results
        self.alpha_per_target = alpha_per_target
        self.rule = rule

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Errors of every alpha on rows that did not train, the choice, and the fit on all rows.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
        y : array of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array of shape (n_samples,), optional

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            As `Ridge.fit`; for an alpha that is not > 0.
        """
        rule = _arguments.choice("fit", "rule", self.rule, ("min", "1se"))
        if self.scoring not in (None, "neg_mean_squared_error"):
            raise ValueError(f"[fit] scoring must be None, the mean squared error, got {self.scoring!r}")
        alphas = np.array([_arguments.real("fit", "alphas", alpha, above=0) for alpha in np.ravel(self.alphas)])
        if len(alphas) == 0:
            raise ValueError("[fit] alphas must hold at least one alpha, got none")
        per_target = _arguments.flag("fit", "alpha_per_target", self.alpha_per_target)
        store = _arguments.flag("fit", "store_cv_results", self.store_cv_results)
        if self.cv is not None and (per_target or store):
            raise ValueError("[fit] alpha_per_target and store_cv_results must be False where cv is given")
        design, shape, dtype = read_design(self, X)
        targets = read_targets(self, y, shape[0])
        record_features(self, X, shape[1])
        weights = read_weights(sample_weight, shape[0], scalar_counts=True)
        columns = np.ascontiguousarray(targets.reshape(shape[0], -1).T)
        problem = Problem(design, shape, columns, weights, _arguments.flag("fit", "fit_intercept", self.fit_intercept))
        spectrum = Spectrum(problem)
        strengths = alphas * problem.strength_scale
        if self.cv is None:
            squares = np.square(spectrum.leave_one_out(strengths))  # (rows, targets, alphas)
            squares /= problem.strength_scale
            if store:
                self.cv_results_ = squares[:, 0] if targets.ndim == 1 else squares
            errors = squares.transpose(1, 2, 0) if per_target else squares.mean(axis=1).T[np.newaxis]
        else:
            errors = self._fold_errors(X, y, problem, alphas)[np.newaxis]
            self.mse_path_ = errors[0]
        self.alphas_ = alphas
        choices = np.array([self._choose(alphas, each) for each in errors])  # (targets or 1, 2)
        chosen = choices[:, 0 if rule == "min" else 1]
        path = spectrum.coefficients(strengths)
        intercepts = spectrum.intercepts(path)
        at = np.broadcast_to(chosen, (len(columns),))
        coef, intercept = path[at, np.arange(len(at))], intercepts[at, np.arange(len(at))]
        scores = -errors[np.arange(len(errors)), chosen].mean(axis=-1)
        single = targets.ndim == 1
        shown: Any = (lambda v: v) if per_target and not single else (lambda v: float(v[0]))
        self.alpha_, self.best_score_ = shown(alphas[chosen]), shown(scores)
        self.alpha_min_, self.alpha_1se_ = shown(alphas[choices[:, 0]]), shown(alphas[choices[:, 1]])
        self.coef_path_ = (path[:, 0] if single else path).astype(dtype, copy=False)
        self.coef_ = (coef[0] if single else coef).astype(dtype, copy=False)
        self.intercept_ = (float(intercept[0]) if single else intercept) if self.fit_intercept else 0.0
        return self

    @staticmethod
    def _choose(alphas: np.ndarray, errors: np.ndarray) -> tuple[int, int]:
        falling = np.argsort(-alphas, kind="stable")
        best, simplest = two_rules(errors[falling])
        return int(falling[best]), int(falling[simplest])

    def _fold_errors(self, x: Any, y: Any, problem: Problem, alphas: np.ndarray) -> np.ndarray:
        """(alphas, folds): mean squares of the rows tested, over targets."""
        train, test = fold_weights(self.cv, x, y, problem.shape[0], problem.weights)
        errors = np.empty((len(alphas), len(train)))
        for fold, (weights, held) in enumerate(zip(train, test, strict=True)):
            part = problem._replace(weights=weights)
            spectrum = Spectrum(part)
            path = np.ascontiguousarray(spectrum.coefficients(alphas * part.strength_scale))
            intercepts = spectrum.intercepts(path)
            for a, (coefs, bs) in enumerate(zip(path, intercepts, strict=True)):
                predicted = [problem.design.predict(w, float(b)) for w, b in zip(coefs, bs, strict=True)]
                errors[a, fold] = np.average(np.square(problem.y - predicted).mean(axis=0), weights=held)
        return errors


def ridge_path(X: Any, y: Any, alphas: Any, *, fit_intercept: Any = True) -> tuple[np.ndarray, np.ndarray]:
    """The solutions of `Ridge` for many alphas, from one eigendecomposition.

    Parameters
    ----------
    X : array or sparse matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,)
    alphas : array of shape (n_alphas,)
        >= 0, on the scale of `Ridge`.
    fit_intercept : bool, default True

    Returns
    -------
    alphas : array of shape (n_alphas,), largest first
    coefs : array of shape (n_features, n_alphas)

    Examples
    --------
    >>> import numpy as np
    >>> from proxnet.linear_model import ridge_path
    >>> alphas, coefs = ridge_path(np.diag([2.0, 1.0]), [4.0, 1.0], [1.0, 4.0], fit_intercept=False)
    >>> coefs
    array([[1. , 1.6],
           [0.2, 0.5]])
    """
    asks = RidgeCV()
    design, shape, dtype = read_design(asks, X)
    target = read_targets(asks, y, shape[0])
    if target.ndim != 1:
        raise ValueError(f"[ridge_path] y must have one dimension, got shape {target.shape}")
    values = np.array([_arguments.real("ridge_path", "alphas", alpha, minimum=0) for alpha in np.ravel(alphas)])
    values = np.sort(values)[::-1]
    intercept = _arguments.flag("ridge_path", "fit_intercept", fit_intercept)
    spectrum = Spectrum(Problem(design, shape, target[np.newaxis].copy(), None, intercept))
    return values, np.asfortranarray(spectrum.coefficients(values)[:, 0].T.astype(dtype, copy=False))
