"""Strengths as users give them: how many, or the values themselves."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np

from .. import _arguments, data
from . import _sklearn

__all__ = ["alpha_arguments", "asked", "is_count", "read_alphas", "read_ratios"]


def is_count(values: Any) -> bool:
    """Whether it says how many there are, and is not the values themselves: every ndarray has an `__index__`."""
    return hasattr(values, "__index__") and np.ndim(values) == 0


def asked(alphas: Any, n_alphas: Any) -> Any:
    """How many alphas, or which, by scikit-learn's newer name or its older ones."""
    if n_alphas is not None:
        _sklearn.warn(
            "'n_alphas' was deprecated in 1.9 and will be removed in 1.11 of scikit-learn; give the number to 'alphas'",
            FutureWarning,
        )
        return n_alphas if alphas is None or (np.ndim(alphas) == 0 and alphas == 100) else alphas
    if alphas is None:
        _sklearn.warn(
            "'alphas=None' is deprecated and will be removed in 1.11 of scikit-learn; it stands for alphas=100",
            FutureWarning,
        )
        return 100
    return alphas


def read_alphas(operation: str, alphas: Any, *, zero: bool = True) -> np.ndarray:
    """The values in float64, in the order given.

    Raises
    ------
    ValueError, TypeError
        For an empty list, and for the first value that is not a finite number >= 0, or > 0 unless `zero`.
    """
    data.refuse_masked(operation, "alphas", alphas)
    if isinstance(alphas, str | bytes) or not (isinstance(alphas, Real) or np.iterable(alphas)):
        raise TypeError(f"[{operation}] alphas must be a number of them or a vector of alphas, got {alphas!r}")
    values = list(np.atleast_1d(alphas)) if np.ndim(alphas) == 0 or isinstance(alphas, np.ndarray) else list(alphas)
    if not values or np.ndim(values[0]) > 0:
        raise ValueError(f"[{operation}] alphas must be a vector with at least one alpha, got {alphas!r}")
    for k, value in enumerate(values):
        if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
            raise TypeError(
                f"[{operation}] alphas[{k}] must be an instance of float, not {type(value).__qualname__}: {value!r}"
            )
        if not math.isfinite(value):
            raise ValueError(f"[{operation}] alphas[{k}] == {value}, must be finite.")
        if value < 0 or (value == 0 and not zero):
            raise ValueError(f"[{operation}] alphas[{k}] == {value}, must be {'>=' if zero else '>'} 0.0.")
    return np.array(values, dtype=np.float64)


def read_ratios(name: str, ratios: Any) -> list[float]:
    """One share of L1, or several to try.

    Raises
    ------
    ValueError, TypeError
        For an empty list, and for what is not a number from 0 to 1.
    """
    if np.ndim(ratios) > 1 or np.size(ratios) == 0:
        raise ValueError(f"[fit] {name} must be a number or a vector with at least one, got {ratios!r}")
    values = [ratios] if np.ndim(ratios) == 0 else list(ratios)
    return [_arguments.real("fit", name, value, minimum=0, maximum=1) for value in values]


def alpha_arguments(alphas: Any, eps: Any, *, least_ratio: float = 1.0) -> dict[str, Any]:
    """The core's arguments for a number of alphas, or for the alphas themselves, largest first.

    Raises
    ------
    ValueError, TypeError
        As `read_alphas`; for a number of alphas where the smallest share of L1, `least_ratio`, is 0.
    """
    eps = _arguments.real("path", "eps", eps, above=0, maximum=1)
    if not is_count(alphas):
        values = np.sort(read_alphas("path", alphas))[::-1]
        return {"alphas": values.tolist(), "count": len(values), "eps": eps}
    count = _arguments.integer("path", "alphas", alphas, minimum=1)
    if least_ratio == 0:
        raise ValueError(
            "[path] Automatic alpha grid generation is not supported for l1_ratio=0. Please supply a grid by providing "
            "your estimator with the appropriate `alphas=` argument."
        )
    return {"alphas": [], "count": count, "eps": eps}
