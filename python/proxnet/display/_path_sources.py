"""Paths to draw, from tuples of lasso_path and from cross-validated models, ours and scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._path_data import PathData

__all__ = ["from_estimator", "from_path"]


def from_path(path: Any, names: Any = None) -> PathData:
    """Of a tuple (alphas, coefs, ...) or (Cs, coefs, intercepts, ...), or of an object that holds a path."""
    if isinstance(path, PathData):
        return path
    if isinstance(path, tuple | list):
        if len(path) < 2:
            raise ValueError(f"[RegularizationPathDisplay] a path must be (alphas, coefs, ...), got {len(path)} parts")
        if len(path) > 2 and np.ndim(path[1]) == 3 and np.ndim(path[2]) == 2:  # intercepts: what logistic_path returns
            return _of_cs(path[0], path[1], names=names)
        return PathData(path[0], path[1], names=names)
    if _is_search(path):
        return from_estimator(path, names=names)
    alphas = getattr(path, "alphas_", getattr(path, "alphas", None))
    turned = getattr(path, "coef_path_", None)  # (alphas, features)
    coefs = getattr(path, "coefs", None) if turned is None else np.moveaxis(np.asarray(turned), 0, -1)
    if alphas is None or coefs is None:
        raise TypeError(
            "[RegularizationPathDisplay] a path must be a tuple (alphas, coefs, ...) or an object with alphas and "
            f"coefficients, got {type(path).__name__}"
        )
    return PathData(alphas, coefs, names=names)


def from_estimator(estimator: Any, x: Any = None, y: Any = None, names: Any = None) -> PathData:
    """Of a fitted LassoCV, LogisticRegressionCV, RidgeCV, ...; X and y, those of fit, give the training error of least
    squares, and the coefficients where the estimator has not kept them."""
    if (x is None) != (y is None):
        raise ValueError("[RegularizationPathDisplay] X and y must be given together")
    if not _is_search(estimator):
        if hasattr(estimator, "coef_path_"):
            return from_path(estimator, names)
        raise ValueError(
            "[RegularizationPathDisplay] the estimator must be fitted and keep alphas_ and mse_path_ (LassoCV, "
            f"ElasticNetCV, ...), or Cs_ and scores_ (LogisticRegressionCV), got {type(estimator).__name__}"
        )
    if names is None:
        names = getattr(estimator, "feature_names_in_", None)
    if hasattr(estimator, "Cs_"):
        return _of_logistic(estimator, names)
    errors, alphas = getattr(estimator, "mse_path_", None), np.asarray(estimator.alphas_)
    if errors is not None and np.ndim(errors) == 3:
        which = list(np.atleast_1d(estimator.l1_ratio)).index(estimator.l1_ratio_)
        errors, alphas = errors[which], alphas[which] if alphas.ndim == 2 else alphas
    turned = getattr(estimator, "coef_path_", None)
    coefs = None if turned is None else np.moveaxis(np.asarray(turned), 0, -1)
    train = None
    if x is not None and not hasattr(estimator, "classes_"):
        x, y = (np.asarray(x, np.float64) if not hasattr(x, "tocsc") else x), np.asarray(y, np.float64)
        targets = len(np.atleast_2d(estimator.coef_))
        if y.size != targets * len(y) or (y.ndim == 1 and np.ndim(estimator.coef_) == 2):
            raise ValueError(
                f"[RegularizationPathDisplay] y must be what the estimator was fitted with, got shape {y.shape}"
            )
        if coefs is None:
            coefs = _coefficients(estimator, x, y, alphas)
        train = _training_error(x, y, coefs, estimator.fit_intercept)
    given: dict[str, Any] = {"validation": errors}
    if errors is None:  # rows left out one at a time
        scores, spread = (np.atleast_2d(getattr(estimator, name)) for name in ("score_path_", "score_error_"))
        squares = estimator.scoring is None
        given = {"means": (-scores if squares else scores).mean(axis=0), "spread": spread.mean(axis=0)}
        given |= {} if squares else {"score": _name(estimator.scoring), "larger": True}
        train = train if squares else None
    chosen = tuple(getattr(estimator, name, None) for name in ("alpha_min_", "alpha_1se_"))
    if all(alpha is not None and np.ndim(alpha) == 0 for alpha in chosen):
        given["marks"] = chosen
    return PathData(alphas, coefs, train=train, names=names, **given)


def _is_search(estimator: Any) -> bool:
    pairs = (("alphas_", "mse_path_"), ("alphas_", "score_path_"), ("Cs_", "scores_"))
    return any(all(getattr(estimator, name, None) is not None for name in pair) for pair in pairs)


def _name(scoring: Any) -> str:
    return scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score")


def _of_cs(cs: Any, coefs: Any, **given: Any) -> PathData:
    """coefs: (1 or classes, features, Cs)."""
    with np.errstate(divide="ignore"):
        alphas = 1 / np.asarray(cs, np.float64)
    return PathData(alphas, coefs[0] if len(coefs) == 1 else coefs, strength="1 / C", rows="classes", **given)


def _of_logistic(estimator: Any, names: Any) -> PathData:
    """Of a LogisticRegressionCV, ours or scikit-learn's with either shape of its attributes."""
    scores: Any = estimator.scores_
    folds: Any = getattr(estimator, "coefs_paths_", None)
    if isinstance(scores, dict):  # the same for every class: (folds, Cs) or (folds, Cs, l1_ratios)
        scores = np.asarray(next(iter(scores.values())))
        scores = scores[:, np.newaxis] if scores.ndim == 2 else np.moveaxis(scores, 1, 2)
        each = [np.asarray(path) for path in folds.values()]
        each = [path[:, np.newaxis] if path.ndim == 3 else np.moveaxis(path, 1, 2) for path in each]
        folds = np.stack(each, axis=3)
    which, ratios = 0, getattr(estimator, "l1_ratios_", None)
    if scores.shape[1] > 1:
        which = int(np.argmin(np.abs(np.asarray(ratios, np.float64) - np.ravel(estimator.l1_ratio_)[0])))
    cs = np.asarray(estimator.Cs_)
    path = getattr(estimator, "coef_path_", None)  # (Cs, 1 or classes, features)
    if path is None:
        path = np.mean(folds[:, which, :, :, : estimator.n_features_in_], axis=0)
    own = hasattr(estimator, "alpha_1se_")
    return _of_cs(
        cs[which] if cs.ndim == 2 else cs,
        np.moveaxis(np.asarray(path), 0, -1),
        validation=scores[:, which].T,
        marks=(estimator.alpha_min_, estimator.alpha_1se_) if own else None,
        score=_name("accuracy" if estimator.scoring in (None, "warn") else estimator.scoring),
        larger=True,
        names=names,
    )


def _training_error(x: Any, y: np.ndarray, coefs: np.ndarray, intercept: bool) -> np.ndarray:
    """The mean squares of y (rows) or (rows, targets), one an alpha; coefs (features, alphas) or with targets first."""
    squares = []
    lines = coefs if coefs.ndim == 3 else coefs[np.newaxis]
    for target, line in zip(y.reshape(len(y), -1).T, lines, strict=True):
        residual = target[:, np.newaxis] - x @ line
        squares.append(np.square(residual - residual.mean(axis=0) if intercept else residual).mean(axis=0))
    return np.mean(squares, axis=0)


def _coefficients(estimator: Any, x: Any, y: np.ndarray, alphas: np.ndarray) -> np.ndarray:
    from ..linear_model import ElasticNetCV, MultiTaskElasticNetCV

    shared = {
        "l1_ratio": float(getattr(estimator, "l1_ratio_", 1.0)),
        "alphas": alphas,
        "cv": [(np.arange(len(y)), np.arange(len(y)))],
        "fit_intercept": estimator.fit_intercept,
        "tol": estimator.tol,
        "max_iter": estimator.max_iter,
    }
    if y.ndim == 2 and np.ndim(estimator.coef_) == 2:
        model: Any = MultiTaskElasticNetCV(**shared).fit(x, y)
    else:
        model = ElasticNetCV(**shared, positive=getattr(estimator, "positive", False)).fit(x, y.ravel())
    order = np.argsort(np.argsort(-alphas, kind="stable"), kind="stable")  # back from falling alphas
    return np.moveaxis(np.asarray(model.coef_path_)[order], 0, -1)
