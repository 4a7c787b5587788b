"""Penalties of groups of weights: whole inputs or whole units become zero."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from .. import _check, _core
from .._check.keywords import NoKeywords
from .base import Regularizer

__all__ = ["GroupL1", "SparseGroupL1"]


class GroupL1(Regularizer):
    """strength * sum over groups of sqrt(size) * |w_group|_2: the group lasso [Yuan and Lin, 2006].

    A group becomes zero as a whole. With axis "input" a group is a row of the kernel, the weights of an input: inputs
    are selected. With "output" it is a column, the weights that enter a unit: units are removed. Adaptive optimizers
    have a step per weight; the proximal operator is exact in that metric (one scalar equation per group, by Newton's
    method).

    Parameters
    ----------
    strength : float, default 0.01
        Finite and >= 0.
    axis : {"input", "output"}, default "input"
    groups : list of lists of int, optional
        With axis "input": lists of inputs that form a group, each input in exactly one. Default: a group per input.
    factors : list of float, optional
        Factors on the strength, one per group, >= 0; groups with factor 0 are not penalised.
    schedule : `Ramp` or callable, optional
        The strength of an epoch is multiplied by ``schedule(epoch)``, epochs counted from 0.

    Raises
    ------
    TypeError, ValueError
        For arguments out of their ranges; when the layer is built, for groups that do not fit its inputs.

    Examples
    --------
    >>> from proxnet.regularizers import GroupL1
    >>> GroupL1(1.0).prox([[3.0, 4.0], [0.3, 0.4]], 1.0).round(3)
    array([[2.151, 2.869],
           [0.   , 0.   ]])
    """

    strength: float
    l1 = 0.0

    def __init__(
        self,
        strength: float = 0.01,
        axis: str = "input",
        groups: Any = None,
        factors: Any = None,
        schedule: Any = None,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        self._take({"strength": strength}, factors, schedule, unknown)
        self._take_groups(axis, groups)

    def _take_groups(self, axis: str, groups: Any) -> None:
        operation = type(self).__name__
        self.axis = _check.choice(operation, "axis", axis, ("input", "output"))
        if groups is not None:
            if isinstance(groups, str) or not np.iterable(groups) or any(not np.iterable(g) for g in groups):
                got = _check.shown(groups)
                raise TypeError(f"[{operation}] groups must be a list of lists of inputs, got {got}")
            groups = [[_check.integer(operation, "groups", i, minimum=0) for i in group] for group in groups]
        self.groups: list[list[int]] | None = groups
        self._penalty()

    def _penalty(self) -> _core.Penalty:
        return _core.Penalty(
            l1=self.l1,
            kind=_core.PenaltyKind.group,
            strength=self.strength,
            axis=_core.GroupAxis[self.axis],
            groups=self.groups or (),
            factors=self.factors or (),
        )


class SparseGroupL1(GroupL1):
    """`GroupL1` plus l1 * sum |w|: zero groups, and zeros inside the other groups [Simon et al., 2013].

    Parameters
    ----------
    strength : float, default 0.01
        Strength of the groups' penalty, as in `GroupL1`.
    l1 : float, default 0.01
        Strength of the single weights' penalty, finite and >= 0.
    axis, groups, factors, schedule : optional
        As in `GroupL1`; the factors multiply both strengths.

    Raises
    ------
    TypeError, ValueError
        As in `GroupL1`.
    """

    def __init__(
        self,
        strength: float = 0.01,
        l1: float = 0.01,
        axis: str = "input",
        groups: Any = None,
        factors: Any = None,
        schedule: Any = None,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        self._take({"strength": strength, "l1": l1}, factors, schedule, unknown)
        self._take_groups(axis, groups)
