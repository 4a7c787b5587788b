"""What a picture of a path needs, from tuples of lasso_path, from cross-validated models, ours and scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["PathData", "from_estimator", "from_path"]


class PathData:
    """Arrays along falling alphas; coefs (features, alphas), validation (alphas, folds) and train (alphas) or None."""

    def __init__(
        self, alphas: Any, coefs: Any = None, *, validation: Any = None, train: Any = None, names: Any = None
    ) -> None:
        operation = "[RegularizationPathDisplay]"
        self.alphas = np.asarray(alphas, np.float64)
        if self.alphas.ndim != 1 or len(self.alphas) == 0:
            raise ValueError(f"{operation} alphas must be a vector with an entry, got shape {self.alphas.shape}")
        if not (np.isfinite(self.alphas).all() and (self.alphas >= 0).all()):
            raise ValueError(f"{operation} alphas must be finite and >= 0")
        count = len(self.alphas)
        order = np.argsort(-self.alphas, kind="stable")
        self.alphas = self.alphas[order]
        self.tasks = np.ndim(coefs) == 3
        if coefs is not None:
            coefs = np.asarray(coefs, np.float64)
            if coefs.ndim not in (2, 3) or coefs.shape[-1] != count:
                raise ValueError(f"{operation} coefs must have shape (features, {count} alphas), got {coefs.shape}")
            coefs = (np.linalg.norm(coefs, axis=0) if self.tasks else coefs)[:, order]
        self.coefs: np.ndarray | None = coefs
        if validation is not None:
            validation = np.asarray(validation, np.float64)
            if validation.ndim != 2 or len(validation) != count:
                raise ValueError(
                    f"{operation} validation must have shape ({count} alphas, folds), got {validation.shape}"
                )
            validation = validation[order]
        self.validation: np.ndarray | None = validation
        if train is not None:
            train = np.asarray(train, np.float64)
            if train.shape != (count,):
                raise ValueError(f"{operation} train must have shape ({count},), got {train.shape}")
            train = train[order]
        self.train: np.ndarray | None = train
        if self.coefs is None and self.validation is None:
            raise ValueError(f"{operation} there must be coefficients or scores to draw, got neither")
        if names is not None and self.coefs is not None and len(names) != len(self.coefs):
            raise ValueError(f"{operation} feature_names must name {len(self.coefs)} features, got {len(names)}")
        self.names = None if names is None else [str(name) for name in names]


def from_path(path: Any, names: Any = None) -> PathData:
    """Of a tuple (alphas, coefs, ...), or of an object with alphas and coefficients, (features, alphas) or turned."""
    if isinstance(path, PathData):
        return path
    if isinstance(path, tuple | list):
        if len(path) < 2:
            raise ValueError(f"[RegularizationPathDisplay] a path must be (alphas, coefs, ...), got {len(path)} parts")
        return PathData(path[0], path[1], names=names)
    if hasattr(path, "mse_path_"):
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
    """Of a fitted LassoCV, ElasticNetCV, ...; X and y, those of fit, give the training error, and the coefficients
    where the estimator has not kept them."""
    errors, alphas = getattr(estimator, "mse_path_", None), getattr(estimator, "alphas_", None)
    if errors is None or alphas is None:
        if hasattr(estimator, "coef_path_"):
            return from_path(estimator, names)
        raise ValueError(
            "[RegularizationPathDisplay] the estimator must be fitted and keep alphas_ and mse_path_ (LassoCV, "
            f"ElasticNetCV, ...), got {type(estimator).__name__}"
        )
    if (x is None) != (y is None):
        raise ValueError("[RegularizationPathDisplay] X and y must be given together")
    errors, alphas, ratio = np.asarray(errors), np.asarray(alphas), float(getattr(estimator, "l1_ratio_", 1.0))
    if errors.ndim == 3:
        which = list(np.atleast_1d(estimator.l1_ratio)).index(estimator.l1_ratio_)
        errors, alphas = errors[which], alphas[which] if alphas.ndim == 2 else alphas
    if names is None:
        names = getattr(estimator, "feature_names_in_", None)
    turned = getattr(estimator, "coef_path_", None)
    coefs = None if turned is None else np.moveaxis(np.asarray(turned), 0, -1)
    train = None
    if x is not None:
        x, y = (np.asarray(x, np.float64) if not hasattr(x, "tocsc") else x), np.asarray(y, np.float64)
        if y.ndim != 1 or (coefs is not None and coefs.ndim == 3):
            raise ValueError(f"[RegularizationPathDisplay] y must have one dimension, got shape {y.shape}")
        if coefs is None:
            coefs = _coefficients(estimator, x, y, alphas, ratio)
        residual = y[:, np.newaxis] - x @ coefs
        if estimator.fit_intercept:
            residual -= residual.mean(axis=0)
        train = np.square(residual).mean(axis=0)
    return PathData(alphas, coefs, validation=errors, train=train, names=names)


def _coefficients(estimator: Any, x: Any, y: np.ndarray, alphas: np.ndarray, ratio: float) -> np.ndarray:
    from ..linear_model import ElasticNetCV

    once = [(np.arange(len(y)), np.arange(len(y)))]
    model = ElasticNetCV(
        l1_ratio=ratio,
        alphas=alphas,
        cv=once,
        fit_intercept=estimator.fit_intercept,
        positive=getattr(estimator, "positive", False),
        tol=estimator.tol,
        max_iter=estimator.max_iter,
    ).fit(x, y)
    order = np.argsort(np.argsort(-alphas, kind="stable"), kind="stable")  # back from falling alphas
    return np.asarray(model.coef_path_)[order].T
