"""Parameters that are accepted for scikit-learn's sake, and change nothing: refused where scikit-learn refuses them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arguments

__all__ = ["check_accepted"]


def check_accepted(estimator: Any) -> None:
    """Look at the parameters of an estimator that its fit does not read.

    Raises
    ------
    ValueError, TypeError
        For the first that is not of its kind.
    """
    for name in estimator._parameter_names():
        if name in _CHECKS:
            _CHECKS[name](name, getattr(estimator, name))
    choices = estimator._accepted_solvers
    if choices:
        _arguments.choice("fit", "solver", estimator.solver, choices)


def _flag(name: str, value: Any) -> None:
    _arguments.flag("fit", name, value)


def _selection(name: str, value: Any) -> None:
    _arguments.choice("fit", name, value, ("cyclic", "random"))


def _random_state(name: str, value: Any) -> None:
    if value is not None and not isinstance(value, np.random.RandomState):
        _arguments.integer("fit", name, value, minimum=0, maximum=2**32 - 1)


def _verbose(name: str, value: Any) -> None:
    if not isinstance(value, bool | np.bool_):
        _arguments.integer("fit", name, value, minimum=0)


def _n_jobs(name: str, value: Any) -> None:
    if value is not None:
        _arguments.integer("fit", name, value, minimum=-(2**63))


def _dual(name: str, value: Any) -> None:
    if not isinstance(value, str) or value != "auto":
        _arguments.flag("fit", name, value)


def _above_zero(name: str, value: Any) -> None:
    _arguments.real("fit", name, value, above=0)


def _multi_class(name: str, value: Any) -> None:
    _arguments.choice("fit", name, value, ("ovr", "crammer_singer"))


_CHECKS = {
    "copy_X": _flag,
    "dual": _dual,
    "intercept_scaling": _above_zero,
    "multi_class": _multi_class,
    "n_jobs": _n_jobs,
    "random_state": _random_state,
    "selection": _selection,
    "verbose": _verbose,
}
