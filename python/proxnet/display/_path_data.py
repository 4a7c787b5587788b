"""The data of a plotted path, sorted by decreasing alpha."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["PathData"]


class PathData:
    """Arrays along decreasing alphas; each may be None.

    coefs: (features, alphas), or (rows, features, alphas), of which the norm over rows is stored; `rows` names that
    axis. validation: (alphas, folds). train: (alphas,). means, spread: (alphas,), mean score and its standard error, by
    default from `validation`. marks: the alphas of the rules "min" and "1se", by default from `validation`. strength,
    score: axis labels. larger: the largest score is the best, else the smallest.
    """

    def __init__(
        self,
        alphas: Any,
        coefs: Any = None,
        *,
        validation: Any = None,
        train: Any = None,
        names: Any = None,
        means: Any = None,
        spread: Any = None,
        marks: tuple[float, float] | None = None,
        strength: str = "alpha",
        score: str = "mean squared error",
        larger: bool = False,
        rows: str = "tasks",
        value: str = "coefficient",
        count: str = "non-zero coefficients",
    ) -> None:
        from ..linear_model._cv.choice import standard_error, two_rules

        operation = "[RegularizationPathDisplay]"
        self.alphas = np.asarray(alphas, np.float64)
        if self.alphas.ndim != 1 or len(self.alphas) == 0:
            raise ValueError(f"{operation} alphas must be a vector with an entry, got shape {self.alphas.shape}")
        if not (np.isfinite(self.alphas).all() and (self.alphas >= 0).all()):
            raise ValueError(f"{operation} alphas must be finite and >= 0")
        length = len(self.alphas)
        order = np.argsort(-self.alphas, kind="stable")
        self.alphas = self.alphas[order]
        self.value, self.counted = value, count
        self.strength, self.score, self.rows = strength, score, rows if np.ndim(coefs) == 3 else ""
        if coefs is not None:
            coefs = np.asarray(coefs, np.float64)
            if coefs.ndim not in (2, 3) or coefs.shape[-1] != length:
                raise ValueError(f"{operation} coefs must have shape (features, {length} alphas), got {coefs.shape}")
            coefs = (np.linalg.norm(coefs, axis=0) if self.rows else coefs)[:, order]
        self.coefs: np.ndarray | None = coefs
        if validation is not None:
            validation = np.asarray(validation, np.float64)
            if validation.ndim != 2 or len(validation) != length:
                raise ValueError(
                    f"{operation} validation must have shape ({length} alphas, folds), got {validation.shape}"
                )
            validation = validation[order]
        self.validation: np.ndarray | None = validation
        self.means: np.ndarray | None = None if means is None else np.asarray(means, np.float64)[order]
        self.spread: np.ndarray | None = None if spread is None else np.asarray(spread, np.float64)[order]
        if validation is not None:
            self.means, self.spread = validation.mean(axis=1), standard_error(validation)
            if marks is None and np.isfinite(self.means).any():
                errors = np.where(np.isfinite(self.means)[:, np.newaxis], -validation if larger else validation, np.inf)
                with np.errstate(invalid="ignore"):
                    best, simplest = two_rules(errors)
                marks = float(self.alphas[best]), float(self.alphas[simplest])
        if self.means is not None and not np.isfinite(self.means).any():
            raise ValueError(f"{operation} the mean score must be a finite number at one alpha at least")
        self.marks = marks
        self.best = "best score"  # the label of the first mark
        if marks is not None and self.means is not None and not larger:
            chosen = self.means[self.alphas == marks[0]].min(initial=np.inf)
            self.best = "smallest error" if chosen <= np.nanmin(self.means) else "best score"
        if train is not None:
            train = np.asarray(train, np.float64)
            if train.shape != (length,):
                raise ValueError(f"{operation} train must have shape ({length},), got {train.shape}")
            train = train[order]
        self.train: np.ndarray | None = train
        if self.coefs is None and self.means is None:
            raise ValueError(f"{operation} there must be coefficients or scores to draw, got neither")
        if names is not None and self.coefs is not None and len(names) != len(self.coefs):
            raise ValueError(f"{operation} feature_names must name {len(self.coefs)} features, got {len(names)}")
        self.names = None if names is None else [str(name) for name in names]
