"""Arrays as users hold them, read into what the core takes: rows, targets, weights, batches."""

from .arrays import (
    cardinality,
    check_finite,
    first,
    flat_rows,
    indices,
    matrix,
    numbers,
    only,
    only_input,
    place,
    raw,
    refuse_masked,
)

__all__ = [
    "cardinality",
    "check_finite",
    "first",
    "flat_rows",
    "indices",
    "matrix",
    "numbers",
    "only",
    "only_input",
    "place",
    "raw",
    "refuse_masked",
]
