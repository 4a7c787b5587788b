"""Penalties that are sums over single weights: Keras' L1 and L2, and non-convex ones."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check, _core
from .._check.keywords import NoKeywords
from .base import Regularizer

__all__ = ["L0", "L1", "L1L2", "L2", "MCP", "SCAD", "LogSum"]


class L1L2(Regularizer):
    """l1 * sum |w| + l2 * sum w^2 (no 1/2, not divided by anything), as Keras defines it.

    Parameters
    ----------
    l1, l2 : float, default 0.0
        Strengths, finite and >= 0.
    factors : list of float, optional
        Factors on the strengths, one per input (a row of the kernel), >= 0; inputs with factor 0 are not penalised.
    schedule : `Ramp` or callable, optional
        The strengths of an epoch are multiplied by ``schedule(epoch)``, epochs counted from 0.

    Raises
    ------
    TypeError, ValueError
        For a strength out of its range.
    """

    def __init__(
        self, l1: float = 0.0, l2: float = 0.0, factors: Any = None, schedule: Any = None, **unknown: Unpack[NoKeywords]
    ) -> None:
        self._take({"l1": l1, "l2": l2}, factors, schedule, unknown)

    def _penalty(self) -> _core.Penalty:
        return _core.Penalty(getattr(self, "l1", 0.0), getattr(self, "l2", 0.0), factors=self.factors or ())


class L1(L1L2):
    """l1 * sum |w|: makes weights exactly zero [Tibshirani, 1996].

    Parameters
    ----------
    l1 : float, default 0.01
        Strength, finite and >= 0.
    factors, schedule : optional
        As in `L1L2`.

    Raises
    ------
    TypeError, ValueError
        For a strength out of its range.

    Examples
    --------
    >>> from proxnet.regularizers import L1
    >>> L1(1.0, factors=[1, 0]).prox([[0.3, -0.5], [0.3, -0.5]], 0.5)  # the second input is not penalised
    array([[ 0. ,  0. ],
           [ 0.3, -0.5]])
    """

    def __init__(
        self, l1: float = 0.01, factors: Any = None, schedule: Any = None, **unknown: Unpack[NoKeywords]
    ) -> None:
        self._take({"l1": l1}, factors, schedule, unknown)


class L2(L1L2):
    """l2 * sum w^2: shrinks weights, makes no zeros.

    Parameters
    ----------
    l2 : float, default 0.01
        Strength, finite and >= 0.
    factors, schedule : optional
        As in `L1L2`.

    Raises
    ------
    TypeError, ValueError
        For a strength out of its range.
    """

    def __init__(
        self, l2: float = 0.01, factors: Any = None, schedule: Any = None, **unknown: Unpack[NoKeywords]
    ) -> None:
        self._take({"l2": l2}, factors, schedule, unknown)


class _Nonconvex(Regularizer):
    """Base of penalties with one strength and at most one shape parameter.

    Where the proximal problem of a weight is not convex, because the step is long, the proximal operator is its global
    minimiser, zero on a tie.
    """

    _kind = _core.PenaltyKind.l0
    _shape: str | None = None
    strength: float

    def _take_shape(self, value: Any, above: float) -> None:
        assert self._shape is not None
        setattr(self, self._shape, _check.real(type(self).__name__, self._shape, value, above=above))

    def _penalty(self) -> _core.Penalty:
        shape = getattr(self, self._shape) if self._shape else 0.0
        return _core.Penalty(kind=self._kind, strength=self.strength, shape=shape, factors=self.factors or ())


class MCP(_Nonconvex):
    """The minimax concave penalty: like L1 near zero, constant for |w| >= gamma * strength.

    The sum over weights of strength |w| - w^2 / (2 gamma) below, gamma strength^2 / 2 above [Zhang, 2010].

    Parameters
    ----------
    strength : float, default 0.01
        Finite and >= 0.
    gamma : float, default 3.0
        > 0; for steps >= gamma the proximal operator is the hard threshold strength * sqrt(gamma * step).
    factors, schedule : optional
        As in `L1L2`.

    Raises
    ------
    TypeError, ValueError
        For arguments out of their ranges.

    Examples
    --------
    >>> from proxnet.regularizers import MCP
    >>> MCP(1.0).prox([0.9, 2.0, 4.0], 1.0)
    array([0. , 1.5, 4. ])
    """

    _kind, _shape = _core.PenaltyKind.mcp, "gamma"

    def __init__(
        self,
        strength: float = 0.01,
        gamma: float = 3.0,
        factors: Any = None,
        schedule: Any = None,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        self._take({"strength": strength}, factors, schedule, unknown)
        self._take_shape(gamma, 0)


class SCAD(_Nonconvex):
    """Smoothly clipped absolute deviation: L1 for |w| <= strength, constant for |w| >= a * strength [Fan and Li, 2001].

    Parameters
    ----------
    strength : float, default 0.01
        Finite and >= 0.
    a : float, default 3.7
        > 2.
    factors, schedule : optional
        As in `L1L2`.

    Raises
    ------
    TypeError, ValueError
        For arguments out of their ranges.

    Examples
    --------
    >>> from proxnet.regularizers import SCAD
    >>> SCAD(1.0, a=4.0).prox([1.5, 3.0, 5.0], 1.0)
    array([0.5, 2.5, 5. ])
    """

    _kind, _shape = _core.PenaltyKind.scad, "a"

    def __init__(
        self,
        strength: float = 0.01,
        a: float = 3.7,
        factors: Any = None,
        schedule: Any = None,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        self._take({"strength": strength}, factors, schedule, unknown)
        self._take_shape(a, 2)


class LogSum(_Nonconvex):
    """strength * sum log(1 + |w| / epsilon), the limit of reweighted L1 penalties [Candes, Wakin and Boyd, 2008].

    Parameters
    ----------
    strength : float, default 0.001
        Finite and >= 0.
    epsilon : float, default 0.1
        > 0; at zero the penalty's slope is strength / epsilon.
    factors, schedule : optional
        As in `L1L2`.

    Raises
    ------
    TypeError, ValueError
        For arguments out of their ranges.
    """

    _kind, _shape = _core.PenaltyKind.log_sum, "epsilon"

    def __init__(
        self,
        strength: float = 0.001,
        epsilon: float = 0.1,
        factors: Any = None,
        schedule: Any = None,
        **unknown: Unpack[NoKeywords],
    ) -> None:
        self._take({"strength": strength}, factors, schedule, unknown)
        self._take_shape(epsilon, 0)


class L0(_Nonconvex):
    """strength * (number of non-zero weights); its proximal operator is the hard threshold sqrt(2 * strength * step).

    Zero is a local minimum at any strength, so the result depends on the initial weights.

    Parameters
    ----------
    strength : float, default 1e-4
        Finite and >= 0.
    factors, schedule : optional
        As in `L1L2`.

    Raises
    ------
    TypeError, ValueError
        For a strength out of its range.

    Examples
    --------
    >>> from proxnet.regularizers import L0
    >>> L0(0.5).prox([0.9, -1.1], 1.0)
    array([ 0. , -1.1])
    """

    def __init__(
        self, strength: float = 1e-4, factors: Any = None, schedule: Any = None, **unknown: Unpack[NoKeywords]
    ) -> None:
        self._take({"strength": strength}, factors, schedule, unknown)
