"""Reads the users' arrays: a design over X in place, targets and weights in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import _core, data
from ..._check.feature_names import feature_names, name_mismatch
from .._sklearn import compat

__all__ = [
    "check_features",
    "feature_names",
    "one_column",
    "read_design",
    "read_factors",
    "read_score_weights",
    "read_targets",
    "read_weights",
    "take_rows",
]


def check_features(estimator: Any, x: Any, columns: int) -> None:
    """Raises unless X has the number of features of the fit, and their names in the same order."""
    name = type(estimator).__name__
    fitted, given = getattr(estimator, "feature_names_in_", None), feature_names(x)
    if fitted is not None and given is None and not hasattr(x, "columns"):
        compat.warn(f"X does not have valid feature names, but {name} was fitted with feature names", UserWarning)
    elif fitted is None and given is not None:
        compat.warn(f"X has feature names, but {name} was fitted without feature names", UserWarning)
    elif fitted is not None and given is not None and (len(fitted) != len(given) or np.any(fitted != given)):
        raise ValueError(name_mismatch(list(fitted), list(given)))
    if columns != estimator.n_features_in_:
        raise ValueError(
            f"X has {columns} features, but {name} is expecting {estimator.n_features_in_} features as input."
        )


def _floating(name: str, value: Any) -> np.ndarray:
    """float32 and float64 as they are, other real numbers as float64."""
    array = data.raw("fit", name, value)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if array.dtype.kind in "SUV":
        raise ValueError(f"{name} must hold numbers: dtype='numeric' is not compatible with {array.dtype}")
    if array.dtype.kind == "O":
        return _from_objects(name, value, array)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}")
    wanted = np.float32 if array.dtype == np.float32 else np.float64
    return array if array.dtype == wanted and array.dtype.isnative else array.astype(wanted)


def _from_objects(name: str, value: Any, array: np.ndarray) -> np.ndarray:
    """float64; a data frame is converted column by column, and its missing values become NaN."""
    frame = array.ndim == 2 and hasattr(value, "iloc")
    columns = [value.iloc[:, k] for k in range(array.shape[1])] if frame else [array]
    for k, column in enumerate(columns):
        at = f", column {value.columns[k]!r}" if frame else ""
        try:
            columns[k] = np.asarray(column, np.float64)
        except OverflowError:
            raise ValueError(f"[fit] {name} must hold numbers below 1e308{at}") from None
        except (TypeError, ValueError) as error:
            raise type(error)(f"{name}{at}: argument must be a string or a real number: {error}") from None
    return np.stack(columns, axis=1) if frame else columns[0]


def _first_column(x: Any, wrong: Callable[[Any], bool]) -> str:
    """``, column 'b'`` for the first column of a data frame that is `wrong`; else nothing."""
    columns = [] if feature_names(x) is None else x.columns
    return next((f", column {name!r}" for name in columns if wrong(x[name])), "")


def _check_size(estimator: Any, shape: tuple[int, ...]) -> None:
    for count, what in zip(shape, ("sample", "feature"), strict=False):
        if count == 0:
            raise ValueError(
                f"Found array with 0 {what}(s) (shape={shape}) while a minimum of 1 is required by "
                f"{type(estimator).__name__}."
            )


def read_design(estimator: Any, x: Any) -> tuple[_core.Design, tuple[int, int], np.dtype]:
    """The design, the shape and the dtype (float32 or float64) of X, which is never written.

    X is not copied if it holds float32 or float64 in C or Fortran order, or in CSC or CSR with sorted indices without
    duplicates. The core checks its own copy of the indices. The first solver converts CSR to columns, which takes as
    much memory again; predictions read CSR by rows. X must not change while the design is in use.

    Raises
    ------
    ValueError, TypeError
        For X that is not two-dimensional, empty, not of real numbers, or a corrupt sparse structure; for a data frame
        with a number that is not finite, naming its column.
    """
    found = _read_sparse(estimator, x) if _is_sparse(x) else _read_dense(estimator, x)
    if feature_names(x) is not None:
        try:
            found[0].check_finite()
        except ValueError as error:
            if at := _first_column(x, lambda column: not bool(np.isfinite(np.asarray(column, np.float64)).all())):
                raise ValueError(f"[fit] X must be finite{at} has a NaN or an infinity") from error
            raise
    return found


def _is_sparse(x: Any) -> bool:
    """Whether X is a scipy sparse matrix, or a pandas frame whose columns are all sparse with fill value 0."""
    if hasattr(x, "dtypes") and hasattr(x, "sparse"):
        return all(kind.fill_value == 0 for kind in x.dtypes)
    return hasattr(x, "tocsc") and hasattr(x, "format")


def _read_dense(estimator: Any, x: Any) -> tuple[_core.Design, tuple[int, int], np.dtype]:
    array = _floating("X", x)
    if array.ndim != 2:
        if array.ndim < 2:
            what = "scalar" if array.ndim == 0 else "1D"
            raise ValueError(
                f"Expected 2D array, got {what} array instead:\narray={array}.\nReshape your data either using "
                "array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it contains a "
                "single sample."
            )
        raise ValueError(
            f"Found array with dim {array.ndim}, while dim <= 2 is required by {type(estimator).__name__}."
        )
    _check_size(estimator, array.shape)
    item = array.dtype.itemsize
    unit = [count == 1 or stride == item for count, stride in zip(array.shape, array.strides, strict=True)]
    if not any(unit) or any(stride % item for stride in array.strides) or not array.flags.aligned:
        array = np.ascontiguousarray(array)
    return _core.Design(array), (array.shape[0], array.shape[1]), array.dtype


def _read_sparse(estimator: Any, x: Any) -> tuple[_core.Design, tuple[int, int], np.dtype]:
    x = x.sparse.to_coo().tocsc() if hasattr(x, "dtypes") else x
    if len(x.shape) != 2:
        raise ValueError(f"X must have two dimensions (rows, columns), got shape {x.shape}: Reshape your data")
    _check_size(estimator, x.shape)
    if x.format == "coo":
        for name, axis in (("row", 0), ("col", 1)):
            place = _structure(name, getattr(x, name))
            if place.size and not 0 <= place.min() <= place.max() < x.shape[axis]:
                raise ValueError(
                    f"[fit] X's {name} must lie in 0 to {x.shape[axis] - 1}, got {place.min()} to {place.max()}"
                )
    if x.format not in ("csc", "csr"):
        x = x.tocsr() if x.format == "coo" else x.tocsc()
    values = np.ascontiguousarray(_floating("X", x.data))
    places = [_structure(name, getattr(x, name)) for name in ("indices", "indptr")]
    if places[0].dtype != places[1].dtype:
        places = [each.astype(np.int64, copy=False) for each in places]
    indices, starts = (np.ascontiguousarray(each) for each in places)
    design = _core.Design.compressed(values, indices, starts, x.shape[0], x.shape[1], x.format == "csr")
    return design, (x.shape[0], x.shape[1]), values.dtype


def _structure(name: str, value: Any) -> np.ndarray:
    """int32 without a copy, other integers as int64."""
    if isinstance(value, np.ndarray) and value.dtype == np.int32:
        return value
    return data.indices("fit", f"X's {name}", value)


def read_targets(estimator: Any, y: Any, rows: int) -> np.ndarray:
    """Real targets in float64, (rows,) or (rows, targets)."""
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target y is None."
        )
    array = _floating("y", y).astype(np.float64, copy=False)
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[1] == 0):
        raise ValueError(f"y should be a 1d or a 2d array, got an array of shape {array.shape} instead.")
    _same_rows(rows, array.shape[0])
    if not np.isfinite(array).all():
        what = "NaN" if np.isnan(array).any() else "infinity or a value too large for dtype('float64')"
        raise ValueError(f"Input y contains {what}.")
    return array


def one_column(values: np.ndarray, refusal: str) -> None:
    """Warns if y is (rows, 1); raises ValueError(refusal) if y has several columns."""
    if values.ndim == 2:
        if values.shape[1] > 1:
            raise ValueError(refusal)
        compat.column_vector_warning()


def _same_rows(rows: int, others: int) -> None:
    if rows != others:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {[rows, others]}")


def take_rows(x: Any, rows: Any) -> Any:
    """Some rows of an array, a data frame or a sparse matrix, as one of its kind."""
    if hasattr(x, "iloc"):
        return x.iloc[rows]
    return x.tocsr()[rows] if hasattr(x, "tocsr") else np.asarray(x)[rows]


def read_weights(
    sample_weight: Any, rows: int, *, scalar_counts: bool = False, operation: str = "fit"
) -> np.ndarray | None:
    """None or float64 weights, one per row. A scalar weights all rows equally: None, unless `scalar_counts`.

    With `scalar_counts` the sum of the weights scales the loss against the penalty; otherwise only proportions matter.

    Raises
    ------
    ValueError
        For another shape, for values that are no real numbers, and for a scalar that is not finite and > 0; with
        `scalar_counts` for a sum that is not between 1e-290 and 1e290.
    """
    if sample_weight is None:
        return None
    array = data.raw(operation, "sample_weight", sample_weight)
    if array.dtype.kind not in "fiubO":
        raise ValueError(f"[{operation}] sample_weight must hold real numbers, got dtype {array.dtype}")
    try:
        array = array.astype(np.float64, order="C", copy=False)
    except (OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"[{operation}] sample_weight must hold real numbers: {error}") from None
    if array.ndim == 0:
        if not (np.isfinite(array) and array > 0):
            raise ValueError(f"[{operation}] sample_weight must be finite and > 0 where it is one number, got {array}")
        return _in_range(np.full(rows, float(array)), scalar_counts) if scalar_counts else None
    if array.ndim != 1:
        raise ValueError(f"[{operation}] Sample weights must be 1D array or scalar, got shape {array.shape}")
    if array.shape[0] != rows:
        raise ValueError(f"[{operation}] sample_weight.shape == {array.shape}, expected {(rows,)}!")
    return _in_range(array, scalar_counts)


def _in_range(weights: np.ndarray, sum_counts: bool) -> np.ndarray:
    """Weights whose sum neither overflows nor underflows. The core checks single weights."""
    least, most = 1e-290, 1e290
    with np.errstate(over="ignore"):
        total = weights.sum()
    if least <= total <= most or not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        return weights
    if sum_counts:
        raise ValueError(f"[fit] sample_weight must have a sum between {least} and {most}, got {total}")
    return np.ldexp(weights, -np.frexp(weights.max())[1])


def read_score_weights(sample_weight: Any, rows: int) -> np.ndarray | None:
    """Sample weights for a score, read as by `read_weights`.

    Raises
    ------
    ValueError
        As `read_weights`; for a weight that is not finite and >= 0, and if all are 0.
    """
    weights = read_weights(sample_weight, rows, operation="score")
    if weights is None:
        return None
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if wrong.size:
        raise ValueError(
            f"[score] sample_weight must be finite and >= 0, sample_weight[{wrong[0]}] = {weights[wrong[0]]}"
        )
    if not weights.any():
        raise ValueError("[score] sample_weight must be > 0 in one row at least, all are 0")
    return weights


def read_factors(penalty_factor: Any, columns: int) -> np.ndarray | None:
    """None or float64 penalty factors, one per feature.

    Raises
    ------
    ValueError, TypeError
        For values that are no numbers; for another shape; for a factor that is not finite and >= 0.
    """
    if penalty_factor is None:
        return None
    factors = data.numbers("fit", "penalty_factor", penalty_factor, np.dtype(np.float64))
    if factors.shape != (columns,):
        raise ValueError(f"[fit] penalty_factor must have shape {(columns,)}, got {factors.shape}")
    wrong = np.flatnonzero(~(np.isfinite(factors) & (factors >= 0)))
    if wrong.size:
        raise ValueError(
            f"[fit] penalty_factor must be finite and >= 0, penalty_factor[{wrong[0]}] = {factors[wrong[0]]}"
        )
    return factors
