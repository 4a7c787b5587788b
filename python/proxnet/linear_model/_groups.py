"""Groups of columns as users give them, as compressed lists."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["Groups", "read_groups"]


class Groups(NamedTuple):
    """Group g holds the columns members[starts[g]:starts[g + 1]]; weights: one a group."""

    starts: list[int]
    members: list[int]
    weights: np.ndarray


def read_groups(groups: Any, weights: Any, columns: int) -> Groups:
    """A list of lists of column numbers, or one label a column (a number or a string), or None: every column by itself.

    Raises
    ------
    ValueError, TypeError
        For labels that are NaN or None; for groups that overlap, are empty, leave a column out or hold one that X does
        not have; for weights that are not finite and >= 0, one a group.
    """
    lists = _lists(groups, columns)
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
    weights = np.asarray(weights, np.float64)
    if weights.shape != sizes.shape:
        raise ValueError(f"[fit] group_weights must have shape {sizes.shape}, got {weights.shape}")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError(f"[fit] group_weights must be finite and >= 0, got {weights.min()}")
    return Groups([0, *np.cumsum(sizes).tolist()], members.tolist(), weights)


def _lists(groups: Any, columns: int) -> list[np.ndarray]:
    if groups is None:
        return list(np.arange(columns)[:, np.newaxis])
    if isinstance(groups, str | bytes) or not np.iterable(groups):
        raise TypeError(f"[fit] groups must be lists of column numbers, or one label a column, got {groups!r}")
    items = list(groups)
    nested = [np.ndim(item) == 1 and not isinstance(item, str | bytes) for item in items]
    if all(nested):
        lists = [np.asarray(item) for item in items]
        if any(members.size and members.dtype.kind not in "iu" for members in lists):
            raise TypeError("[fit] groups must hold column numbers, which are integers")
        return [members.astype(np.int64) for members in lists]
    if any(nested):
        raise TypeError("[fit] groups must be lists of column numbers, or one label a column, not both")
    if len(items) != columns:
        raise ValueError(f"[fit] groups must be lists of column numbers, or {columns} labels, got {len(items)} labels")
    if any(item is None or item != item for item in items):
        raise ValueError("[fit] groups must be labels, none of them NaN or None")
    # Numbers before strings: 1 and "1" are two labels.
    labels = sorted(set(items), key=lambda item: (isinstance(item, str), item))
    number = {label: k for k, label in enumerate(labels)}
    which = np.array([number[item] for item in items], np.intp)
    return [np.flatnonzero(which == k) for k in range(len(labels))]
