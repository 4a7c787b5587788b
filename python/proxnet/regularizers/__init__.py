"""Penalties of weights, with Keras' names and definitions and more; proximal steps make exact zeros of them."""

from __future__ import annotations

from typing import Any

from .. import _check, _core
from .._check.config import deserialize, resolve, serialize
from .._check.missing import explain_missing
from .base import Ramp, Refit, Regularizer
from .elementwise import L0, L1, L1L2, L2, MCP, SCAD, LogSum
from .groups import GroupL1, SparseGroupL1
from .orthogonal import OrthogonalRegularizer
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
    "OrthogonalRegularizer",
    "Ramp",
    "Refit",
    "Regularizer",
    "SparseGroupL1",
    "TargetSparsity",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]

l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer

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
    "orthogonal_regularizer": OrthogonalRegularizer,
}


def get(identifier: Any, operation: str = "regularizers.get", name: str = "regularizer") -> Regularizer | None:
    """A regularizer from its name, its class, itself, or None for none.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For an object that is not a regularizer of this module.
    """
    if identifier is None:
        return None
    return resolve(operation, name, identifier, _KNOWN, Regularizer)


def get_vector(identifier: Any, operation: str, name: str) -> Regularizer | None:
    """As `get`, for a vector of one weight per unit or column; refuses regularizers of matrices."""
    regularizer = get(identifier, operation, name)
    if isinstance(regularizer, TargetSparsity | OrthogonalRegularizer):
        raise ValueError(f"[{operation}] {name} must not be a {type(regularizer).__name__}, which is for kernels")
    return regularizer


def get_activity(identifier: Any, operation: str) -> Regularizer | None:
    """As `get`, for outputs: an L1, L2 or L1L2 without factors and schedule."""
    regularizer = get(identifier, operation, "activity_regularizer")
    if regularizer is None or (
        isinstance(regularizer, L1 | L2 | L1L2) and not (regularizer.factors or regularizer.schedule)
    ):
        return regularizer
    raise ValueError(
        f"[{operation}] activity_regularizer must be an L1, L2 or L1L2 without factors or schedule: outputs are "
        f"penalised through the gradient, got {_check.shown(regularizer)}"
    )


def core_activity(regularizer: Regularizer | None) -> tuple[float, float]:
    """The strengths (l1, l2) of an activity regularizer."""
    get_activity(regularizer, "activity_regularizer")  # factors may have been assigned since
    return float(getattr(regularizer, "l1", 0.0)), float(getattr(regularizer, "l2", 0.0))


def core(regularizer: Regularizer | None) -> _core.Penalty:
    """The core's penalty."""
    return regularizer._penalty() if regularizer is not None else _core.Penalty()


explain_missing(__name__)
