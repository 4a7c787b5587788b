"""The base of the penalties: value, proximal operator, optimality, and strengths that change with the epochs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .. import _check, _core, data
from .._check.config import Value, note_assignment
from .._check.parameters import Parameters

__all__ = ["Ramp", "Refit", "Regularizer"]


class Ramp(Value):
    """A warm-up of a strength: it grows linearly over the first epochs of each `fit`, in every step, then is constant.

    A network whose weights are all zero stays zero at any strength. A strength that grows from below keeps the paths
    from inputs to outputs that the data need. In `train_on_batch` each call counts as an epoch.

    Parameters
    ----------
    epochs : float
        Epochs until the full strength, > 0.
    start : float, default 0.0
        The first factor on the strength, >= 0.

    Examples
    --------
    >>> from proxnet.regularizers import L1, Ramp
    >>> L1(1e-3, schedule=Ramp(4)).schedule(1)
    0.25
    """

    def __init__(self, epochs: float, start: float = 0.0) -> None:
        self.epochs = _check.real("Ramp", "epochs", epochs, above=0)
        self.start = _check.real("Ramp", "start", start, minimum=0)

    def __call__(self, epoch: float) -> float:
        """The factor after this many epochs."""
        done = _check.real("Ramp", "epoch", epoch)
        return self.start + (1 - self.start) * min(done / self.epochs, 1.0)

    def __repr__(self) -> str:
        return f"Ramp({self.epochs:g}, start={self.start:g})"


class Refit(Value):
    """A schedule that turns a penalty off and keeps at zero the weights that are zero: a refit on the support.

    Penalties shrink the weights that they keep. A `fit` with this schedule trains these without the penalty, for any
    optimizer that steps over batches.

    Examples
    --------
    >>> from proxnet.regularizers import L1, Refit
    >>> L1(1e-3, schedule=Refit()).schedule(0)
    0.0
    """

    def __call__(self, epoch: float) -> float:
        """0: the factor on the strength."""
        return 0.0

    def __repr__(self) -> str:
        return "Refit()"


class Regularizer(Value, Parameters):
    """Base of the penalties: a formula of the core, and its strengths.

    A penalty adds its value to the loss. With ``penalty_step="proximal"``, the default of `Sequential.compile`,
    training applies its proximal operator in the optimizer's own metric after every step. With ``"subgradient"`` its
    (sub)gradient is added to the gradient, as in Keras, and no weight becomes exactly zero; only L1, L2 and L1L2 have
    this step.

    `get_params` and `set_params` are for scikit-learn's searches, ``GridSearchCV(PenalizedRegressor(MCP()),
    {"penalty__strength": [0.1, 0.2]})``; values are checked as by the constructor.

    Every argument can be assigned at any time, for example by a callback that raises a strength from epoch to epoch:
    ``layer.kernel_regularizer.l1 = 1e-3`` is used at once, in a running `fit` from its next epoch.

    Attributes
    ----------
    factors : tuple of float or None
        Factors on the strengths, one per input or per group.
    schedule : callable or None
        Factor on the strengths as a function of the epoch; a `Refit` also keeps the zeros.
    """

    factors: tuple[float, ...] | None = None
    schedule: Callable[[float], float] | None = None
    _SCHEDULES: Mapping[str, Any] = MappingProxyType({})  # schedules that have a name
    _LEFT_OUT_AS_NONE = ("factors", "schedule", "groups")

    def _take(self, values: dict[str, Any], factors: Any, schedule: Any, unknown: Mapping[str, Any]) -> None:
        """Check and store the arguments of every penalty: strengths, factors, schedule."""
        operation = type(self).__name__
        _check.refuse_keywords(operation, unknown, type(self))
        for name, value in values.items():
            setattr(self, name, _check.real(operation, name, value, minimum=0))
        if factors is not None:
            if data.raw(operation, "factors", factors).ndim != 1:
                raise TypeError(f"[{operation}] factors must be a list of numbers, got {_check.shown(factors)}")
            factors = tuple(_check.real(operation, "factors", factor, minimum=0) for factor in factors)
        self.factors = factors
        named = isinstance(schedule, str) and schedule in self._SCHEDULES
        if schedule is not None and not (named or callable(schedule)):
            got = _check.shown(schedule)
            raise TypeError(f"[{operation}] schedule must be a Ramp or a function of the epoch, got {got}")
        self.schedule = schedule

    def _set(self, params: dict[str, Any]) -> None:
        fresh = type(self)(**(self.get_params(deep=False) | params))
        vars(self).clear()
        vars(self).update(vars(fresh))
        note_assignment()

    def __sklearn_clone__(self) -> Self:
        return copy.deepcopy(self)

    def _ramp(self, epoch: int, epochs: int) -> tuple[float, float, bool]:
        """Factors on the strengths before an epoch's first and after its last step, and whether zeros are final."""
        if self.schedule is None:
            return 1.0, 1.0, False
        if isinstance(self.schedule, Refit):
            return 0.0, 0.0, True
        name = f"what the schedule gives for epoch {epoch}"
        first = _check.real(type(self).__name__, name, self.schedule(epoch), minimum=0)
        if not isinstance(self.schedule, Ramp):
            return first, first, False
        return first, self.schedule(epoch + 1), False

    def _target(self) -> _core.SparsityTarget:
        """Over which kernels a share of zeros is wanted, if any."""
        return _core.SparsityTarget.none

    def _penalty(self) -> _core.Penalty:
        """The core's penalty."""
        raise self._not_in_core()

    def __call__(self, weights: ArrayLike) -> float:
        """The penalty of an array of weights.

        Parameters
        ----------
        weights : array of shape (inputs, units)
            Or one row, such as a bias. Computed in float64.

        Examples
        --------
        >>> from proxnet.regularizers import l1
        >>> l1(0.5)([[1.0, -2.0], [0.0, 4.0]])
        3.5
        """
        return self._penalty().value(_rows("penalty", "weights", weights))

    def prox(self, point: ArrayLike, metric: ArrayLike) -> np.ndarray:
        """The proximal operator: argmin over u of penalty(u) + sum (u - point)^2 / (2 metric) [Parikh and Boyd, 2014].

        Parameters
        ----------
        point : array of shape (inputs, units), or one row
            The weights after the optimizer's step.
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
        rows = _rows("prox", "point", point)
        given = data.numbers("prox", "metric", metric, np.dtype(np.float64))
        data.check_finite("prox", "metric", np.atleast_1d(given))
        if not (given > 0).all():
            raise ValueError(f"[prox] metric must be > 0, got {given.min():g}")
        shape = np.shape(point)
        try:
            steps = np.broadcast_to(given, shape)
        except ValueError:
            raise ValueError(f"[prox] metric must broadcast to {shape}, point's shape, got {given.shape}") from None
        return np.asarray(self._penalty().prox(rows, np.ascontiguousarray(steps).reshape(rows.shape))).reshape(shape)

    def subdiff_distance(self, weights: ArrayLike, gradient: ArrayLike) -> float:
        """Optimality violation: the largest distance of -gradient to the penalty's subdifferential.

        0 at a stationary point of loss + penalty. Both arrays have the same shape; computed in float64.
        """
        at, slope = _rows("subdiff_distance", "weights", weights), _rows("subdiff_distance", "gradient", gradient)
        return self._penalty().subdiff_distance(at, slope)

    def strength_max(self, gradient_at_zero: ArrayLike) -> float:
        """The smallest strength at which zero weights are stationary, given the loss's gradient at zero.

        Exact for linear models (one layer). Deeper networks are stationary at zero weights at any strength:
        `proxnet.strength_max` finds theirs by training. To train one with a large strength let the strength grow from
        below, by ``schedule=Ramp(epochs)``.

        Parameters
        ----------
        gradient_at_zero : array of shape (inputs, units), or one row

        Examples
        --------
        >>> from proxnet.regularizers import GroupL1, l1
        >>> l1().strength_max([[0.3, -0.4], [0.0, 0.1]])
        0.4
        >>> round(GroupL1().strength_max([[0.3, -0.4], [0.0, 0.1]]), 4)  # 0.5 / sqrt(2)
        0.3536
        """
        return self._penalty().strength_max(_rows("strength_max", "gradient_at_zero", gradient_at_zero))


def _rows(operation: str, name: str, values: ArrayLike) -> np.ndarray:
    array = data.numbers(operation, name, values, np.dtype(np.float64))
    data.check_finite(operation, name, np.atleast_1d(array))
    return array if array.ndim == 2 else array.reshape(-1)
