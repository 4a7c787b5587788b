"""Parameters accepted for compatibility with scikit-learn. They are validated and have no effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import _check

__all__ = ["check_accepted", "check_values"]


def check_accepted(estimator: Any) -> None:
    """Validate the parameters of an estimator that its fit does not read.

    Raises
    ------
    ValueError, TypeError
        For the first invalid one.
    """
    check_values("fit", estimator.get_params(deep=False))
    choices = estimator._accepted_solvers
    if choices:
        _check.choice("fit", "solver", estimator.solver, choices)


def check_values(operation: str, values: dict[str, Any]) -> None:
    """Validate those of `values`, by name, that are in the table; ignore the others."""
    for name, value in values.items():
        if name in _CHECKS:
            _CHECKS[name](operation, name, value)


def _multi_class(operation: str, name: str, value: Any) -> None:
    if _check.choice(operation, name, value, ("ovr", "crammer_singer")) != "ovr":
        raise ValueError(
            f"[{operation}] {name} must be 'ovr': Crammer and Singer's joint problem for all classes is not supported, "
            f"got {_check.shown(value)}"
        )


def _integer(allowed: Callable[[Any], bool] = lambda value: False, **limits: int) -> Callable[[str, str, Any], None]:
    """An integer within the limits, or a value that is `allowed` instead."""

    def check(operation: str, name: str, value: Any) -> None:
        if not allowed(value):
            _check.integer(operation, name, value, **limits)

    return check


def _dual(operation: str, name: str, value: Any) -> None:
    if not isinstance(value, str) or value != "auto":
        _check.flag(operation, name, value)


_CHECKS: dict[str, Callable[[str, str, Any], Any]] = {
    "check_input": _check.flag,
    "copy_X": _check.flag,
    "dual": _dual,
    "intercept_scaling": lambda *given: _check.real(*given, above=0),
    "multi_class": _multi_class,
    "n_jobs": _integer(lambda value: value is None, minimum=-(2**63)),
    "random_state": _integer(
        lambda value: value is None or isinstance(value, np.random.RandomState), minimum=0, maximum=2**32 - 1
    ),
    "selection": lambda operation, name, value: _check.choice(operation, name, value, ("cyclic", "random")),
    "verbose": _integer(lambda value: isinstance(value, bool | np.bool_), minimum=0),
}
