"""Reads the parameter `groups` into compressed lists of columns."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from ... import _check, data
from .alphas import is_count

__all__ = ["Groups", "read_groups"]


class Groups(NamedTuple):
    """Group g holds the columns members[starts[g]:starts[g + 1]]; weights: one per group."""

    starts: list[int]
    members: list[int]
    weights: np.ndarray


def read_groups(groups: Any, weights: Any, columns: int, names: np.ndarray | None = None) -> Groups:
    """The groups as lists of column numbers; `names` are the column names if X is a data frame.

    groups: the size of equal groups of adjacent columns; lists of column numbers or names, also as the values of a
    dict; one label per column (a number or a string); or None, each column is a group.

    Raises
    ------
    ValueError, TypeError
        For labels that are NaN or None; for groups that overlap, are empty, omit a column or hold one that X does not
        have; for a size that does not divide the number of columns; for weights that are not finite and >= 0, or not
        one per group.
    """
    lists = _lists(groups, columns, names)
    sizes = np.array([len(members) for members in lists])
    if len(sizes) == 0 or (sizes == 0).any():
        raise ValueError(f"[fit] groups must not be empty, group {int(np.argmin(sizes)) if len(sizes) else 0} is")
    members = np.concatenate(lists)
    if members.min() < 0 or members.max() >= columns:
        wrong = members[(members < 0) | (members >= columns)][0]
        raise ValueError(f"[fit] groups must hold column numbers from 0 to {columns - 1}, got {wrong}")
    counts = np.bincount(members, minlength=columns)
    if (counts > 1).any():
        raise ValueError(f"[fit] groups must not overlap: column {int(np.argmax(counts > 1))} is in two")
    if (counts == 0).any():
        raise ValueError(f"[fit] every column must be in a group, column {int(np.argmin(counts))} is in none")
    if weights is None:
        weights = np.sqrt(sizes)
    weights = data.numbers("fit", "group_weights", weights, np.dtype(np.float64))
    if weights.shape != sizes.shape:
        raise ValueError(f"[fit] group_weights must have shape {sizes.shape}, got {weights.shape}")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        wrong = int(np.argmin(np.isfinite(weights) & (weights >= 0)))
        raise ValueError(f"[fit] group_weights must be finite and >= 0, group_weights[{wrong}] = {weights[wrong]}")
    return Groups([0, *np.cumsum(sizes).tolist()], members.tolist(), weights)


def _lists(groups: Any, columns: int, names: np.ndarray | None) -> list[np.ndarray]:
    if groups is None:
        groups = 1
    if is_count(groups):
        size = _check.integer("fit", "groups", groups, minimum=1)
        if columns % size:
            raise ValueError(f"[fit] groups = {size} must divide the number of columns, which is {columns}")
        return list(np.arange(columns).reshape(-1, size))
    data.refuse_masked("fit", "groups", groups)
    if isinstance(groups, str | bytes) or not np.iterable(groups):
        raise TypeError(
            f"[fit] groups must be a size, lists of columns, or one label a column, got {_check.shown(groups)}"
        )
    items = list(groups.values() if isinstance(groups, Mapping) else groups)
    nested = [np.iterable(item) and not isinstance(item, str | bytes) for item in items]
    if all(nested):
        return [_members(f"groups[{k}]", item, names) for k, item in enumerate(items)]
    if any(nested) or isinstance(groups, Mapping):
        raise TypeError("[fit] groups must be lists of columns, or one label a column, not both")
    if len(items) != columns:
        raise ValueError(f"[fit] groups must be lists of column numbers, or {columns} labels, got {len(items)} labels")
    for k, item in enumerate(items):
        if not isinstance(item, str | Real) or item != item:
            raise ValueError(f"[fit] groups must be labels, numbers or strings, groups[{k}] = {_check.shown(item)}")
    # Numbers before strings: 1 and "1" are two labels.
    labels = sorted(set(items), key=lambda item: (isinstance(item, str), item))
    number = {label: k for k, label in enumerate(labels)}
    which = np.array([number[item] for item in items], np.intp)
    return [np.flatnonzero(which == k) for k in range(len(labels))]


def _members(name: str, members: Any, names: np.ndarray | None) -> np.ndarray:
    """Column numbers in int64, from those or from the names of columns."""
    array = data.raw("fit", name, members)
    if array.ndim != 1:
        raise ValueError(f"[fit] {name} must be a list of columns, got shape {array.shape}")
    if array.dtype.kind not in "UO" or not any(isinstance(item, str) for item in array):
        return data.indices("fit", name, array)
    if names is None:
        raise ValueError(f"[fit] {name} must hold column numbers: X has no column names, got {_check.shown(members)}")
    number = {each: k for k, each in enumerate(names)}
    unknown = [item for item in array if item not in number]
    if unknown:
        raise ValueError(f"[fit] {name} must hold columns of X, got {str(unknown[0])!r}")
    return np.array([number[item] for item in array], np.int64)
