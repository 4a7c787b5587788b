"""Alphas as users give them: a count or the values."""

from __future__ import annotations

import sys
from numbers import Real
from typing import Any

import numpy as np

from ... import _check, data
from .._sklearn import compat

__all__ = ["alpha_arguments", "asked", "is_count", "items", "read_alphas", "read_ratios"]


def is_count(values: Any) -> bool:
    """Whether `values` is a count rather than an array of values (every ndarray has an `__index__`)."""
    return hasattr(values, "__index__") and np.ndim(values) == 0


def asked(alphas: Any, n_alphas: Any) -> Any:
    """The argument `alphas`, with scikit-learn's deprecated `n_alphas` and `alphas=None` resolved."""
    if n_alphas is not None:
        compat.warn(
            "'n_alphas' was deprecated in 1.9 and will be removed in 1.11 of scikit-learn; give the number to 'alphas'",
            FutureWarning,
        )
        return n_alphas if alphas is None or (is_count(alphas) and alphas == 100) else alphas
    if alphas is None:
        compat.warn(
            "'alphas=None' is deprecated and will be removed in 1.11 of scikit-learn; it stands for alphas=100",
            FutureWarning,
        )
        return 100
    return alphas


def items(operation: str, name: str, values: Any, rule: str) -> list[Any]:
    """The entries of a scalar or vector, unchecked; `rule` describes the valid input in errors.

    Raises
    ------
    ValueError, TypeError
        For an empty vector, another shape, ragged lists, masked cells, and values that are no array.
    """
    array = data.raw(operation, name, values)
    if array.ndim > 1 or array.size == 0:
        raise ValueError(f"[{operation}] {name} must be {rule}, got shape {array.shape}")
    return [values] if array.ndim == 0 else list(values)


def read_alphas(operation: str, alphas: Any, *, zero: bool = True) -> np.ndarray:
    """The values in float64, in the order given.

    Raises
    ------
    ValueError, TypeError
        For an empty list, and for the first value that is not a finite number >= 0, or > 0 unless `zero`.
    """
    values = items(operation, "alphas", alphas, "a number of them, or a vector with at least one alpha")
    for k, value in enumerate(values):
        if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
            raise TypeError(
                f"[{operation}] alphas[{k}] must be an instance of float, not {type(value).__qualname__}: "
                f"{_check.shown(value)}"
            )
        if not -sys.float_info.max <= value <= sys.float_info.max:  # type: ignore[operator]
            raise ValueError(f"[{operation}] alphas[{k}] == {value}, must be finite.")
        if value < 0 or (value == 0 and not zero):
            raise ValueError(f"[{operation}] alphas[{k}] == {value}, must be {'>=' if zero else '>'} 0.0.")
    return np.array(values, dtype=np.float64)


def read_ratios(name: str, ratios: Any) -> list[float]:
    """The l1_ratio values to try.

    Raises
    ------
    ValueError, TypeError
        For an empty list, and for values that are not numbers from 0 to 1.
    """
    values = items("fit", name, ratios, "a number or a vector with at least one")
    return [_check.real("fit", name, value, minimum=0, maximum=1) for value in values]


def alpha_arguments(alphas: Any, eps: Any, *, least_ratio: float = 1.0) -> dict[str, Any]:
    """The core's arguments for a grid of this many alphas, or for the given alphas, largest first.

    Raises
    ------
    ValueError, TypeError
        As `read_alphas`; for an automatic grid if the smallest l1_ratio, `least_ratio`, is 0: alpha_max is infinite.
    """
    eps = _check.real("path", "eps", eps, above=0, maximum=1)
    if not is_count(alphas):
        values = np.sort(read_alphas("path", alphas))[::-1]
        return {"alphas": values.tolist(), "count": len(values), "eps": eps}
    count = _check.integer("path", "alphas", alphas, minimum=1)
    if least_ratio == 0:
        raise ValueError(
            "[path] Automatic alpha grid generation is not supported for l1_ratio=0. Please supply a grid by providing "
            "your estimator with the appropriate `alphas=` argument."
        )
    return {"alphas": [], "count": count, "eps": eps}
