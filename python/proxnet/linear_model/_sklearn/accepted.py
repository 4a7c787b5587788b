"""Parameters that are accepted for scikit-learn's sake, and change nothing: refused where scikit-learn refuses them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import _arguments

__all__ = ["check_accepted", "check_values"]


def check_accepted(estimator: Any) -> None:
    """Look at the parameters of an estimator that its fit does not read.

    Raises
    ------
    ValueError, TypeError
        For the first that is not of its kind.
    """
    check_values("fit", estimator.get_params(deep=False))
    choices = estimator._accepted_solvers
    if choices:
        _arguments.choice("fit", "solver", estimator.solver, choices)


def check_values(operation: str, values: dict[str, Any]) -> None:
    """The same of arguments by name; those that are read elsewhere are left alone."""
    for name, value in values.items():
        if name in _CHECKS:
            _CHECKS[name](operation, name, value)


def _flag(operation: str, name: str, value: Any) -> None:
    _arguments.flag(operation, name, value)


def _selection(operation: str, name: str, value: Any) -> None:
    _arguments.choice(operation, name, value, ("cyclic", "random"))


def _random_state(operation: str, name: str, value: Any) -> None:
    if value is not None and not isinstance(value, np.random.RandomState):
        _arguments.integer(operation, name, value, minimum=0, maximum=2**32 - 1)


def _verbose(operation: str, name: str, value: Any) -> None:
    if not isinstance(value, bool | np.bool_):
        _arguments.integer(operation, name, value, minimum=0)


def _n_jobs(operation: str, name: str, value: Any) -> None:
    if value is not None:
        _arguments.integer(operation, name, value, minimum=-(2**63))


def _dual(operation: str, name: str, value: Any) -> None:
    if not isinstance(value, str) or value != "auto":
        _arguments.flag(operation, name, value)


def _above_zero(operation: str, name: str, value: Any) -> None:
    _arguments.real(operation, name, value, above=0)


def _multi_class(operation: str, name: str, value: Any) -> None:
    if _arguments.choice(operation, name, value, ("ovr", "crammer_singer")) != "ovr":
        raise ValueError(
            f"[{operation}] {name} must be 'ovr': Crammer and Singer's one problem for all classes is not solved here, "
            f"got {value!r}"
        )


_CHECKS = {
    "check_input": _flag,
    "copy_X": _flag,
    "dual": _dual,
    "intercept_scaling": _above_zero,
    "multi_class": _multi_class,
    "n_jobs": _n_jobs,
    "random_state": _random_state,
    "selection": _selection,
    "verbose": _verbose,
}
