"""Recomputes coefficients and scores that an estimator has not stored, from the X and y of its fit."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["coefficients", "fitted_with", "ridge_again", "training_error"]


def fitted_with(estimator: Any, x: Any, y: Any, weights: Any) -> tuple[Any, np.ndarray, np.ndarray | None]:
    """X (also sparse), y and weights as arrays; raises ValueError if their shapes do not fit the estimator."""
    must = "[RegularizationPathDisplay] {} must be what the estimator was fitted with, got shape {}"
    x, y = (np.asarray(x, np.float64) if not hasattr(x, "tocsc") else x), np.asarray(y)
    outputs = np.shape(getattr(estimator, "coef_", np.zeros(0)))
    if len(outputs) and (len(x.shape) != 2 or x.shape[1] != outputs[-1]):
        raise ValueError(must.format("X", x.shape))
    classes = hasattr(estimator, "classes_")
    targets = outputs[0] if len(outputs) == 2 and not classes else 1
    if len(outputs) and (np.shape(y)[:1] != x.shape[:1] or (y.size != targets * len(y) and not classes)):
        raise ValueError(must.format("y", y.shape))
    if weights is not None:
        weights = np.asarray(weights, np.float64)
        if weights.shape != x.shape[:1]:
            raise ValueError(must.format("sample_weight", weights.shape))
    return x, y if classes else np.asarray(y, np.float64), weights


def training_error(x: Any, y: np.ndarray, coefs: np.ndarray, intercept: bool, weights: Any) -> np.ndarray:
    """Training mean squared error per alpha; y: (rows,) or (rows, targets), coefs: ([targets,] features, alphas)."""
    squares = []
    lines = coefs if coefs.ndim == 3 else coefs[np.newaxis]
    for target, line in zip(y.reshape(len(y), -1).T, lines, strict=True):
        residual = target[:, np.newaxis] - x @ line
        if intercept:
            residual = residual - np.average(residual, axis=0, weights=weights)
        squares.append(np.average(np.square(residual), axis=0, weights=weights))
    return np.mean(squares, axis=0)


def coefficients(estimator: Any, x: Any, y: np.ndarray, alphas: np.ndarray, weights: Any) -> np.ndarray:
    """Coefficients of an elastic net, ([targets,] features, alphas), for alphas in any order."""
    from ..linear_model import ElasticNetCV, MultiTaskElasticNetCV

    shared = {
        "l1_ratio": float(getattr(estimator, "l1_ratio_", 1.0)),
        "alphas": alphas,
        "cv": [(np.arange(len(y)), np.arange(len(y)))],
        "fit_intercept": estimator.fit_intercept,
        "tol": getattr(estimator, "tol", 1e-8),
        "max_iter": max(1000, estimator.max_iter),
    }
    if y.ndim == 2 and np.ndim(estimator.coef_) == 2:
        model: Any = MultiTaskElasticNetCV(**shared).fit(x, y)
    else:
        positive = getattr(estimator, "positive", False)
        model = ElasticNetCV(**shared, positive=positive).fit(x, y.ravel(), weights)
    order = np.argsort(
        np.argsort(-alphas, kind="stable"), kind="stable"
    )  # from decreasing alphas back to the given order
    return np.moveaxis(np.asarray(model.coef_path_)[order], 0, -1)


def ridge_again(estimator: Any, x: Any, y: np.ndarray, weights: Any) -> Any:
    """Our RidgeCV or RidgeClassifierCV with the parameters of scikit-learn's estimator, fitted."""
    from ..linear_model import RidgeClassifierCV, RidgeCV

    ours: Any = RidgeClassifierCV if hasattr(estimator, "classes_") else RidgeCV
    known = ours._parameter_names()
    same = {name: value for name, value in estimator.get_params(deep=False).items() if name in known}
    same |= {"alphas": np.atleast_1d(estimator.alphas), "store_cv_results": False}
    return ours(**same).fit(x, y, weights)
