"""Which alpha the errors of cross-validation choose."""

from __future__ import annotations

import numpy as np

__all__ = ["choose", "standard_error", "two_rules"]


def standard_error(errors: np.ndarray) -> np.ndarray:
    """Of the mean over folds; errors: (alphas, folds). Zeros where there is one fold."""
    folds = errors.shape[1]
    return errors.std(axis=1, ddof=1) / np.sqrt(folds) if folds > 1 else np.zeros(errors.shape[0])


def two_rules(errors: np.ndarray) -> tuple[int, int]:
    """(where the mean error is smallest, the first that is within one standard error of it); alphas fall."""
    means = errors.mean(axis=1)
    best = int(np.argmin(means))
    return best, int(np.argmax(means <= means[best] + standard_error(errors)[best]))


def choose(errors: np.ndarray) -> tuple[int, int, int]:
    """(the l1_ratio of the smallest mean error, and `two_rules` of its alphas); errors: (l1_ratios, alphas, folds)."""
    which = int(np.argmin(errors.mean(axis=2).min(axis=1)))
    return which, *two_rules(errors[which])
