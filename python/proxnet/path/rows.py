"""Rows to train on and rows held out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .. import _check
from ..models import Sequential

__all__ = ["Rows", "loss_of", "parts", "split"]

_PARTS = 10  # parts of the validation rows, for a standard error


class Rows(NamedTuple):
    """Arrays, a sparse X or data frames, with weights or without."""

    x: Any
    y: Any
    sample_weight: Any = None

    def __len__(self) -> int:
        return int(self.x.shape[0]) if hasattr(self.x, "shape") else len(self.x)

    def take(self, index: np.ndarray) -> Rows:
        """A copy of some rows."""
        return Rows(*(None if part is None else _take(part, index) for part in (self.x, self.y, self.sample_weight)))


def _take(part: Any, index: np.ndarray) -> Any:
    if hasattr(part, "iloc"):
        return part.iloc[index]
    return (part.tocsr() if hasattr(part, "tocsr") else np.asarray(part))[index]


def split(operation: str, rows: Rows, validation: Any, seed: int | None) -> tuple[Rows, Rows | None]:
    """Rows to train on, and to validate on or None; at most one copy of the rows."""
    if validation is None:
        return rows, None
    if isinstance(validation, list | tuple):
        if len(validation) not in (2, 3):
            raise ValueError(f"[{operation}] validation must be (X, y) or (X, y, sample_weight)")
        return rows, Rows(*validation)
    share = _check.real(operation, "validation", validation, above=0, below=1)
    count = len(rows)
    if count < 2:
        raise ValueError(f"[{operation}] validation must leave rows to train on, got {count} rows")
    held = min(max(1, round(share * count)), count - 1)
    order = np.random.default_rng(seed).permutation(count)
    return rows.take(np.sort(order[held:])), rows.take(np.sort(order[:held]))


def parts(rows: Rows) -> list[Rows]:
    """Ten parts of equal size, or a part per row."""
    size = max(1, len(rows) // _PARTS)
    return [rows.take(np.arange(k * size, (k + 1) * size)) for k in range(min(_PARTS, len(rows)))]


def loss_of(model: Sequential, rows: Rows, penalty: float) -> float:
    """The mean loss without the model's penalty."""
    value = model.evaluate(rows.x, rows.y, sample_weight=rows.sample_weight, verbose=0)
    return float(value[0] if isinstance(value, list) else value) - penalty
