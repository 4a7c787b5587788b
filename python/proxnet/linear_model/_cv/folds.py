"""Cross-validation folds as row weights: how often each row is in the train and in the test set."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ... import _check, _core, data
from .._base.convergence import Asked, convergence_warning
from .._input.alphas import is_count
from .._sklearn import compat

__all__ = ["Folds", "fold_weights", "stratified", "warn_of_folds"]


class Folds(NamedTuple):
    """train, test: (folds, rows), row weight times how often the fold names the row; tested: test rows per fold."""

    train: np.ndarray
    test: np.ndarray
    tested: list[np.ndarray]


def fold_weights(
    estimator: Any, x: Any, y: Any, rows: int, weights: np.ndarray | None, params: dict[str, Any], cv: Any = None
) -> Folds:
    """The folds of the estimator's `cv` unless one is given; params: for a splitter's `split`.

    Raises
    ------
    ValueError, TypeError
        For more folds than rows, a fold without rows, or a `cv` that is no number, no splitter and no list of pairs.
    """
    cv = estimator.cv if cv is None else cv
    if cv is None or is_count(cv):
        folds = 5 if cv is None else _check.integer("fit", "cv", cv, minimum=2)
        if folds > rows:
            raise ValueError(
                f"Cannot have number of splits n_splits={folds} greater than the number of samples: n_samples={rows}"
            )
        # KFold without shuffling: the first rows % folds folds have one row more.
        owner = np.repeat(np.arange(folds), [rows // folds + (k < rows % folds) for k in range(folds)])
        test = (owner == np.arange(folds)[:, np.newaxis]).astype(np.float64)
        train = 1 - test
    else:
        splits = hasattr(cv, "split") and not isinstance(cv, str)
        pairs = list(cv.split(x, y, **params)) if splits else _pairs(cv)
        if not pairs:
            raise ValueError("[fit] cv must have one fold at least, got none")
        train, test = (np.stack([_counts(pair[side], rows) for pair in pairs]) for side in (0, 1))
    counts = test.astype(np.intp)
    if weights is not None:
        train, test = train * weights, test * weights
    for name, side in (("train", train), ("test", test)):
        if (side.sum(axis=1) <= 0).any():
            raise ValueError(f"[fit] every fold must {name} on a row at least whose sample_weight is not zero")
    tested = [
        np.repeat(np.arange(rows), np.where(held > 0, count, 0)) for held, count in zip(test, counts, strict=True)
    ]
    return Folds(np.ascontiguousarray(train), np.ascontiguousarray(test), tested)


def _pairs(cv: Any) -> list[Any]:
    if isinstance(cv, str) or not np.iterable(cv):
        raise TypeError(
            f"[fit] cv must be a number of folds, a splitter or pairs (train, test), got {_check.shown(cv)}"
        )
    pairs = list(cv)
    for pair in pairs:
        if not isinstance(pair, list | tuple | np.ndarray) or len(pair) != 2:
            raise TypeError(f"[fit] cv must hold pairs (train, test) of row numbers, got {_check.shown(pair)}")
    return pairs


def warn_of_folds(design: _core.Design, gaps: np.ndarray, limits: np.ndarray, asked: Asked) -> None:
    """Warns if points of the folds' paths have a gap (or KKT violation) above its limit."""
    limits = np.broadcast_to(limits, gaps.shape)
    beyond = gaps - limits
    if not (left := np.count_nonzero(~(beyond <= 0))):
        return
    at = np.unravel_index(np.argmax(beyond), gaps.shape)
    scale = float(limits[at]) / asked.tol if asked.tol > 0 else 0.0
    where = f", at {left} of {gaps.size} points of the folds' paths"
    convergence_warning(design, asked._replace(scale=scale), gap=float(gaps[at]), made=None, where=where)


def _counts(index: Any, rows: int) -> np.ndarray:
    index = data.raw("fit", "cv's row numbers", index)
    if index.dtype == bool:
        if index.shape != (rows,):
            raise ValueError(f"[fit] cv's masks must have shape {(rows,)}, got {index.shape}")
        index = np.flatnonzero(index)
    index = data.indices("fit", "cv's row numbers", index)
    if index.ndim != 1:
        raise TypeError(f"[fit] cv's row numbers must be vectors, got shape {index.shape}")
    wrong = index[(index < -rows) | (index >= rows)]
    if wrong.size:
        raise ValueError(f"[fit] cv's row numbers must be from {-rows} to {rows - 1}, got {wrong[0]}")
    return np.bincount(index % rows, minlength=rows).astype(np.float64)


def stratified(numbers: np.ndarray, cv: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """The folds of StratifiedKFold without shuffling."""
    folds = 5 if cv is None else _check.integer("fit", "cv", cv, minimum=2)
    number = numbers.astype(np.intp)
    counts = np.bincount(number)
    if folds > counts.max():
        raise ValueError(f"n_splits={folds} cannot be greater than the number of members in each class.")
    least = counts[counts > 0].min()
    if folds > least:
        message = f"The least populated class in y has only {least} members, which is less than n_splits={folds}."
        compat.warn(message, UserWarning)
    # As StratifiedKFold: number the classes by first appearance, sort the rows by class, and deal them to the folds.
    first = np.unique(number, return_index=True)[1]
    order = np.argsort(np.argsort(first))[number]
    dealt = np.sort(order)
    share = [np.bincount(dealt[fold::folds], minlength=len(counts)) for fold in range(folds)]
    owner = np.empty(len(number), dtype=np.intp)
    for k in range(len(counts)):
        owner[order == k] = np.repeat(np.arange(folds), [part[k] for part in share])
    return [(np.flatnonzero(owner != fold), np.flatnonzero(owner == fold)) for fold in range(folds)]
