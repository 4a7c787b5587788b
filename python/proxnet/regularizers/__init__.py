"""Penalties of weights: Keras' names and definitions and more, applied by proximal steps whose zeros are exact."""

from __future__ import annotations

from typing import Any

from .. import _core, _names
from .._config import deserialize, serialize
from .base import Ramp, Regularizer
from .elementwise import L0, L1, L1L2, L2, MCP, SCAD, LogSum
from .groups import GroupL1, SparseGroupL1
from .target import TargetSparsity

__all__ = [
    "L0",
    "L1",
    "L1L2",
    "L2",
    "MCP",
    "SCAD",
    "GroupL1",
    "LogSum",
    "Ramp",
    "Regularizer",
    "SparseGroupL1",
    "TargetSparsity",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "serialize",
]

l1 = L1
l2 = L2
l1_l2 = L1L2

_KNOWN: dict[str, type[Regularizer]] = {
    "l1": L1,
    "l2": L2,
    "l1_l2": L1L2,
    "l0": L0,
    "mcp": MCP,
    "scad": SCAD,
    "log_sum": LogSum,
    "group_l1": GroupL1,
    "sparse_group_l1": SparseGroupL1,
    "target_sparsity": TargetSparsity,
}
_LATER = ("orthogonal_regularizer",)


def get(identifier: Any, operation: str = "regularizers.get", name: str = "regularizer") -> Regularizer | None:
    """A regularizer from its name, its class, itself, or None for none.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For anything that is no regularizer of this module.
    """
    if identifier is None:
        return None
    return _names.resolve(operation, name, identifier, _KNOWN, Regularizer, _LATER)


def core(regularizer: Regularizer | None) -> _core.Penalty:
    """The core's penalty."""
    return regularizer._penalty() if regularizer is not None else _core.Penalty()
