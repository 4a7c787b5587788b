"""Types of the compiled core, continued: linear models. There is no such module; `_core` has these names."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._core import Penalty

Array: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
Vector: TypeAlias = NDArray[np.float64]
Index: TypeAlias = NDArray[np.int32] | NDArray[np.int64]

class Design:
    """The matrix X of a linear model, read as it lies; keeps references to the arrays."""

    def __init__(self, x: Array) -> None:
        """x (rows, cols): float32 or float64, C- or Fortran-contiguous rows or columns."""
    @staticmethod
    def compressed(data: Array, indices: Index, indptr: Index, rows: int, cols: int, by_rows: bool) -> Design:
        """CSC, or CSR with by_rows; indices and indptr both int32 or both int64. Raises ValueError when corrupt."""
    def path(
        self,
        y: Vector,
        sample_weight: Vector | None,
        l1_ratio: float,
        penalty_factor: Vector | None,
        positive: bool,
        fit_intercept: bool,
        alphas: Sequence[float],
        count: int,
        eps: float,
        tol: float,
        max_iter: int,
        start: Vector | None,
        gram_columns: int = ...,
    ) -> dict[str, Any]:
        """alphas, coef (alphas, cols), intercept, gap, kkt, passes, converged (one an alpha), target_square. An empty
        list of alphas: `count` of them from alpha_max down to eps times that."""
    def cross_validate(
        self,
        y: Vector,
        train: Vector,
        test: Vector,
        l1_ratio: float,
        penalty_factor: Vector | None,
        positive: bool,
        fit_intercept: bool,
        alphas: Sequence[float],
        tol: float,
        max_iter: int,
    ) -> tuple[Vector, int]:
        """train, test: weights (folds, rows). (mean squares (alphas, folds), points that did not converge)."""
    def alpha_max(
        self,
        y: Vector,
        sample_weight: Vector | None,
        l1_ratio: float,
        penalty_factor: Vector | None,
        positive: bool,
        fit_intercept: bool,
    ) -> float: ...
    def predict(self, coef: Vector, intercept: float) -> Vector: ...
    def check_finite(self) -> None: ...

# Ridge: y is (targets, rows); columns and targets are centred with an intercept, rows times the root of their weight,
# weights rescaled to the sum of rows.
def cross_products(
    design: Design, y: Vector, sample_weight: Vector | None, fit_intercept: bool
) -> tuple[Vector, Vector, Vector]:
    """Products of columns and targets (cols + targets)^2, means of the columns, means of the targets."""

def row_products(
    design: Design, y: Vector, sample_weight: Vector | None, fit_intercept: bool
) -> tuple[Vector, Vector, Vector, Vector, Vector]:
    """Products of the rows (rows)^2, targets (targets, rows), roots of the weights or nothing, both means."""

def transposed_products(
    design: Design, y: Vector, sample_weight: Vector | None, fit_intercept: bool, dual: Vector
) -> Vector:
    """dual (count, rows) times X: (count, cols)."""

def leave_one_out(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    fit_intercept: bool,
    vectors: Vector,
    values: Vector,
    target: Vector,
    strengths: Vector,
) -> Vector:
    """Errors (rows, targets, strengths); X'X = vectors diag(values) vectors', target = X'y vectors (targets, cols)."""

def conjugate_gradients(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    fit_intercept: bool,
    strengths: Vector,
    tol: float,
    max_iter: int,
) -> tuple[Vector, Vector, Vector, list[int], list[float]]:
    """coef (targets, cols), means of the columns and targets, iterations and relative residuals (targets)."""

def group_path(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    l1: float,
    l2: float,
    starts: Sequence[int],
    members: Sequence[int],
    norms: Sequence[float],
    fit_intercept: bool,
    alphas: Sequence[float],
    count: int,
    eps: float,
    tol: float,
    max_iter: int,
    start: Vector | None,
) -> dict[str, Any]:
    """As Design.path, for y (targets, rows): coef (alphas, targets, cols), intercept (alphas, targets)."""

def penalized_least_squares(
    design: Design,
    y: Vector,
    sample_weight: Vector | None,
    penalty: Penalty,
    fit_intercept: bool,
    count: int,
    tol: float,
    max_iter: int,
    start: Vector | None,
) -> dict[str, Any]:
    """coef, intercept, objective, kkt, scale, passes, converged; `count` strengths lead to the penalty's own."""
