"""Penalties of weights: Keras' names and definitions, applied by proximal steps whose zeros are exact."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import _arguments, _core, _names
from ._config import Configurable, deserialize, serialize

__all__ = ["L1", "L1L2", "L2", "Regularizer", "deserialize", "get", "l1", "l1_l2", "l2", "serialize"]


class Regularizer(Configurable):
    """Base of the penalties: a formula that the core knows, and its strengths.

    A penalty adds its value to the loss. With ``penalty_step="proximal"``, the default of `Sequential.compile`,
    training applies its proximal operator in the optimizer's own metric after every step; with ``"subgradient"`` its
    (sub)gradient is added to the gradient instead, as Keras does, and no weight becomes exactly zero.
    """

    def _penalty(self) -> _core.Penalty:
        """The core's penalty."""
        raise NotImplementedError

    def __call__(self, weights: ArrayLike) -> float:
        """The penalty of an array of weights.

        Parameters
        ----------
        weights : array of any shape
            Computed in float64.

        Examples
        --------
        >>> from proxnet.regularizers import l1
        >>> l1(0.5)([[1.0, -2.0], [0.0, 4.0]])
        3.5
        """
        return self._penalty().value(_flat(weights))

    def prox(self, point: ArrayLike, metric: ArrayLike) -> np.ndarray:
        """The proximal operator: argmin over u of penalty(u) + sum (u - point)^2 / (2 metric) [Parikh and Boyd, 2014].

        Parameters
        ----------
        point : array of any shape
            Where the optimizer's step ended.
        metric : array, broadcast to the shape of `point`
            The step per unit of gradient, > 0.

        Returns
        -------
        float64 array of the shape of `point`; its zeros are exact and +0.0.

        Examples
        --------
        >>> from proxnet.regularizers import l1
        >>> l1(1.0).prox([0.3, -0.5, 2.0], 0.5)
        array([0. , 0. , 1.5])
        """
        shape = np.shape(point)
        steps = np.broadcast_to(np.asarray(metric, dtype=np.float64), shape)
        return np.asarray(self._penalty().prox(_flat(point), _flat(steps))).reshape(shape)

    def subdiff_distance(self, weights: ArrayLike, gradient: ArrayLike) -> float:
        """How far the loss's gradient is from optimal: max distance of -gradient to the penalty's subdifferential.

        0 at a stationary point of loss + penalty. Both arrays have the same shape; computed in float64.
        """
        return self._penalty().subdiff_distance(_flat(weights), _flat(gradient))

    def strength_max(self, gradient_at_zero: ArrayLike) -> float:
        """The L1 strength from which all weights at zero are stationary, given the loss's gradient there."""
        return self._penalty().strength_max(_flat(gradient_at_zero))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and type(self) is type(other) and self.get_config() == other.get_config()

    def __hash__(self) -> int:
        return hash((type(self), *self.get_config().items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.get_config().items())})"


def _flat(values: ArrayLike) -> np.ndarray:
    return np.ascontiguousarray(values, dtype=np.float64).reshape(-1)


class L1L2(Regularizer):
    """l1 * sum |w| + l2 * sum w^2 (no 1/2, not divided by anything), as Keras defines it.

    Parameters
    ----------
    l1, l2 : float, default 0.0
        Strengths, finite and >= 0.

    Raises
    ------
    TypeError, ValueError
        For a strength that is not such a number.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **unknown: Any) -> None:
        operation = type(self).__name__
        _names.refuse_keywords(operation, unknown, ("l1", "l2"))
        self.l1 = _arguments.real(operation, "l1", l1, minimum=0)
        self.l2 = _arguments.real(operation, "l2", l2, minimum=0)

    def _penalty(self) -> _core.Penalty:
        return _core.Penalty(self.l1, self.l2)


class L1(Regularizer):
    """l1 * sum |w|: makes weights exactly zero.

    Parameters
    ----------
    l1 : float, default 0.01
        Strength, finite and >= 0.

    Raises
    ------
    TypeError, ValueError
        For a strength that is not such a number.
    """

    def __init__(self, l1: float = 0.01, **unknown: Any) -> None:
        _names.refuse_keywords("L1", unknown, ("l1",))
        self.l1 = _arguments.real("L1", "l1", l1, minimum=0)

    def _penalty(self) -> _core.Penalty:
        return _core.Penalty(self.l1, 0.0)


class L2(Regularizer):
    """l2 * sum w^2: shrinks weights, makes no zeros.

    Parameters
    ----------
    l2 : float, default 0.01
        Strength, finite and >= 0.

    Raises
    ------
    TypeError, ValueError
        For a strength that is not such a number.
    """

    def __init__(self, l2: float = 0.01, **unknown: Any) -> None:
        _names.refuse_keywords("L2", unknown, ("l2",))
        self.l2 = _arguments.real("L2", "l2", l2, minimum=0)

    def _penalty(self) -> _core.Penalty:
        return _core.Penalty(0.0, self.l2)


l1 = L1
l2 = L2
l1_l2 = L1L2

_KNOWN: dict[str, type[Regularizer]] = {"l1": L1, "l2": L2, "l1_l2": L1L2}
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
