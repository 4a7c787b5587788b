"""Chooses alpha from cross-validation errors."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from .._sklearn import compat

__all__ = ["Chosen", "choose", "mean_errors", "standard_error", "two_rules"]

_SHOWN = 10  # folds that a warning lists


def mean_errors(errors: np.ndarray) -> np.ndarray:
    """Means over folds, the last axis; inf, with a warning that names the folds, if a score is not finite.

    Raises
    ------
    ValueError
        If no mean is finite.
    """
    means = _finite_means(errors)
    left = ~np.isfinite(means)
    if left.all():
        raise ValueError(
            "[fit] the scores of every strength are NaN or infinite in some fold; scale y, or choose another scoring"
        )
    if left.any():
        folds = np.flatnonzero(~np.isfinite(errors).reshape(-1, errors.shape[-1]).all(axis=0)).tolist()
        shown = ", ".join(map(str, folds[:_SHOWN])) + (", ..." if len(folds) > _SHOWN else "")
        compat.warn(
            f"[fit] the mean scores of {np.count_nonzero(left)} of {left.size} strengths are NaN or infinite and "
            f"never chosen; the scores that are not finite are in fold {shown} (from 0)",
            UserWarning,
        )
    return means


def _finite_means(errors: np.ndarray) -> np.ndarray:
    """Mean over the last axis; inf where it is not finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        means = errors.mean(axis=-1)
    return np.where(np.isfinite(means), means, np.inf)


def standard_error(errors: np.ndarray) -> np.ndarray:
    """Standard error of the mean over folds; errors: (alphas, folds). 0 for a single fold."""
    folds = errors.shape[1]
    with np.errstate(invalid="ignore", over="ignore"):
        return errors.std(axis=1, ddof=1) / np.sqrt(folds) if folds > 1 else np.zeros(errors.shape[0])


def two_rules(errors: np.ndarray) -> tuple[int, int]:
    """(argmin of the mean error, first index within one standard error of it); the alphas are decreasing."""
    return _within(errors, _finite_means(errors))


def _within(errors: np.ndarray, means: np.ndarray) -> tuple[int, int]:
    best = int(np.argmin(means))
    return best, int(np.argmax(means <= means[best] + standard_error(errors)[best]))


def choose(errors: np.ndarray) -> tuple[int, int, int]:
    """(argmin over l1_ratios of the smallest mean error, and its `two_rules`); errors: (l1_ratios, alphas, folds)."""
    means = mean_errors(errors)
    which = int(np.argmin(means.min(axis=1)))
    return which, *_within(errors[which], means[which])


class Chosen(float):
    """A float that can also be indexed, ``C_[0]``, like scikit-learn's older arrays with one entry per problem."""

    entries: int

    def __new__(cls, value: float, entries: int) -> Self:
        """`value`, which looks like an array of `entries` times this value."""
        chosen = super().__new__(cls, value)
        chosen.entries = entries
        return chosen

    def __getnewargs__(self) -> tuple[Any, ...]:
        return float(self), self.entries

    def __len__(self) -> int:
        return self.entries

    def __getitem__(self, index: Any) -> Any:
        return ((float(self),) * self.entries)[index]
