"""Constraints on weights under Keras' names: projections after every proximal step."""

from __future__ import annotations

import math
from typing import Any

from . import _check, _core
from ._check.config import Value, deserialize, resolve, serialize
from ._check.missing import explain_missing

__all__ = [
    "Box",
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]


class Constraint(Value):
    """Base of the constraints: ``kernel_constraint`` and ``bias_constraint`` of `proxnet.layers.Dense`."""

    def _core_constraint(self) -> _core.Constraint:
        raise self._not_in_core()


class NonNeg(Constraint):
    """No weight below zero.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> layer = proxnet.layers.Dense(1, kernel_constraint="non_neg")
    >>> model = proxnet.Sequential([proxnet.Input((3,)), layer])
    >>> model.compile("sgd", "mse")
    >>> history = model.fit(np.eye(3), [-1.0, 0.0, 1.0], epochs=5, verbose=0)
    >>> bool((layer.kernel >= 0).all())
    True
    """

    def _core_constraint(self) -> _core.Constraint:
        return _core.Constraint.box(0.0, math.inf)


class Box(Constraint):
    """Every weight between two bounds.

    Parameters
    ----------
    min_value, max_value : float, default -1.0 and 1.0
        Finite or infinite, min_value <= max_value. With a penalty that makes zeros 0 must lie between them.

    Raises
    ------
    TypeError, ValueError
        For bounds that are not such numbers.
    """

    def __init__(self, min_value: float = -1.0, max_value: float = 1.0) -> None:
        self.min_value = _bound("min_value", min_value)
        self.max_value = _bound("max_value", max_value)
        if self.min_value > self.max_value:
            raise ValueError(f"[Box] min_value {self.min_value:g} must not be over max_value {self.max_value:g}")

    def _core_constraint(self) -> _core.Constraint:
        return _core.Constraint.box(self.min_value, self.max_value)


class MinMaxNorm(Constraint):
    """Bounds on the norm of the weights that enter a unit (for a bias: of the whole bias), or of others by `axis`.

    Parameters
    ----------
    min_value, max_value : float, default 0.0 and 1.0
        Bounds on the Euclidean norm, 0 <= min_value <= max_value, max_value > 0.
    rate : float, default 1.0
        In (0, 1]: the fraction of the distance to the bounds that each projection goes.
    axis : int or list of int, default 0
        The axes that a norm sums over, as in Keras: 0 (or -2) the inputs, 1 (or -1) the units, [0, 1] both.

    Raises
    ------
    TypeError, ValueError
        For arguments that are not such numbers.
    """

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0) -> None:
        operation = type(self).__name__
        self.min_value = _check.real(operation, "min_value", min_value, minimum=0)
        self.max_value = _check.real(operation, "max_value", max_value, above=0)
        if self.min_value > self.max_value:
            raise ValueError(f"[{operation}] min_value {min_value:g} must not be over max_value {max_value:g}")
        self.rate = _check.real(operation, "rate", rate, above=0, maximum=1)
        self.axis = _axis(operation, axis)

    def _core_constraint(self) -> _core.Constraint:
        return _core.Constraint.norm(self.min_value, self.max_value, self.rate, _core_axis(self.axis))


class MaxNorm(Constraint):
    """The norm of the weights that enter a unit (for a bias: of the whole bias), or by `axis`, <= `max_value`.

    Often used together with dropout [Srivastava et al., 2014].

    Parameters
    ----------
    max_value : float, default 2
        > 0.
    axis : int or list of int, default 0
        The axes that a norm sums over, as in Keras: 0 (or -2) the inputs, 1 (or -1) the units, [0, 1] both.

    Raises
    ------
    TypeError, ValueError
        For arguments that are not such numbers.
    """

    def __init__(self, max_value: float = 2, axis: Any = 0) -> None:
        self.max_value = _check.real("MaxNorm", "max_value", max_value, above=0)
        self.axis = _axis("MaxNorm", axis)

    def _core_constraint(self) -> _core.Constraint:
        return _core.Constraint.norm(0.0, self.max_value, 1.0, _core_axis(self.axis))


class UnitNorm(Constraint):
    """The norm of the weights that enter a unit (for a bias: of the whole bias), or of others by `axis`, is 1.

    Parameters
    ----------
    axis : int or list of int, default 0
        The axes that a norm sums over, as in Keras: 0 (or -2) the inputs, 1 (or -1) the units, [0, 1] both.
    """

    def __init__(self, axis: Any = 0) -> None:
        self.axis = _axis("UnitNorm", axis)

    def _core_constraint(self) -> _core.Constraint:
        return _core.Constraint.norm(1.0, 1.0, 1.0, _core_axis(self.axis))


def _axis(operation: str, axis: Any) -> int | list[int]:
    if isinstance(axis, list | tuple):
        several = [_check.integer(operation, "axis", one, minimum=-2, maximum=1) for one in axis]
        if len({one % 2 for one in several}) != len(several) or not several:
            raise ValueError(f"[{operation}] axis must name each dimension once, got {_check.shown(axis)}")
        return several
    return _check.integer(operation, "axis", axis, minimum=-2, maximum=1)


def _core_axis(axis: int | list[int]) -> _core.NormAxis:
    over = {one % 2 for one in ([axis] if isinstance(axis, int) else axis)}
    return _core.NormAxis.both if len(over) == 2 else _core.NormAxis.units if 1 in over else _core.NormAxis.inputs


def _bound(name: str, value: Any) -> float:
    if isinstance(value, float) and math.isinf(value):
        return value
    return _check.real("Box", name, value)


non_neg = NonNeg
unit_norm = UnitNorm
max_norm = MaxNorm
min_max_norm = MinMaxNorm

_KNOWN: dict[str, type[Constraint]] = {
    "non_neg": NonNeg,
    "unit_norm": UnitNorm,
    "max_norm": MaxNorm,
    "min_max_norm": MinMaxNorm,
    "box": Box,
}


def get(identifier: Any, operation: str = "constraints.get", name: str = "constraint") -> Constraint | None:
    """A constraint from its name, its class, itself, or None for none.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For an object that is not a constraint of this module.
    """
    return None if identifier is None else resolve(operation, name, identifier, _KNOWN, Constraint)


def core(constraint: Constraint | None) -> _core.Constraint:
    """The core's constraint."""
    return constraint._core_constraint() if constraint is not None else _core.Constraint()


explain_missing(__name__)
