"""Normalization by the mean and the variance of data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from .. import _check, _core, data
from .._check.keywords import LayerKeywords
from .layer import Layer

__all__ = ["Normalization"]


_AXES = ((), (None,), (-1,), (1,))


class Normalization(Layer):
    """(x - mean) / max(sqrt(variance), 1e-7), column by column, with moments that training does not change.

    Parameters
    ----------
    axis : int or None, default -1
        -1 or 1: a mean and a variance per column; None: one mean and one variance for all columns.
    mean, variance : float or array of shape (columns,), optional
        Given together; otherwise `adapt` computes them, and until then they are 0 and 1.
    invert : bool, default False
        Whether to compute the inverse, x * max(sqrt(variance), 1e-7) + mean.
    name : str, optional
        Default "normalization", "normalization_1", ...
    **keywords
        trainable, input_shape and input_dim, as in every `Layer`.

    Raises
    ------
    TypeError, ValueError
        For mean without variance or variance without mean, numbers that are not finite, a negative variance.

    Notes
    -----
    Adapted moments are non-trainable weights, [mean, variance] of shape (columns,) each; Keras has a third weight, a
    count of zero. Moments given as arguments are not weights, as in Keras.

    Examples
    --------
    >>> import numpy as np, proxnet
    >>> from proxnet.layers import Dense, Normalization
    >>> x = np.array([[0.0, 7.0], [2.0, 9.0]])
    >>> layer = Normalization()
    >>> layer.adapt(x)
    >>> layer.mean, layer.variance
    (array([1., 8.]), array([1., 1.]))
    >>> model = proxnet.Sequential([layer, Dense(1)])
    """

    _fixed_names = ("mean", "variance")
    _SHAPING = ("axis",)

    def __init__(
        self,
        axis: int | None = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        name: str | None = None,
        **keywords: Unpack[LayerKeywords],
    ) -> None:
        super().__init__(name, **keywords)
        kind = "Normalization"
        axes = tuple(axis) if isinstance(axis, list | tuple) else (axis,)
        if not all(isinstance(one, int | float | np.number | None) for one in axes) or axes not in _AXES:
            raise ValueError(
                f"[{kind}] axis must be -1 or 1, the columns, or None for all together, got {_check.shown(axis)}"
            )
        self.axis = axes[0] if axes else None
        self.invert = _check.flag(kind, "invert", invert)
        if (mean is None) != (variance is None):
            given = f"{_check.shown(mean)} and {_check.shown(variance)}"
            raise ValueError(f"[{kind}] mean and variance must be given together, got {given}")
        self._constant = mean is not None
        self._moments: tuple[np.ndarray, np.ndarray] | None = None
        if self._constant:
            self._moments = _numbers("mean", mean), _numbers("variance", variance)
            if self._moments[0].shape != self._moments[1].shape or self._moments[0].ndim > 1:
                raise ValueError(f"[{kind}] mean and variance must be numbers or rows of equally many numbers")
            if (self._moments[1] < 0).any():
                raise ValueError(f"[{kind}] variance must not be negative, got {_check.shown(variance)}")
        self._weight_names = () if self._constant else self._fixed_names

    @property
    def mean(self) -> np.ndarray | None:
        """A copy of the mean in use, or None before `adapt`."""
        return self._moment(0)

    @property
    def variance(self) -> np.ndarray | None:
        """A copy of the variance in use, or None before `adapt`."""
        return self._moment(1)

    def _moment(self, which: int) -> np.ndarray | None:
        if self.built and not self._constant:
            return self.get_weights()[which]
        return None if self._moments is None else self._moments[which].copy()

    def _given(self) -> dict[str, Any]:
        mean, variance = self._moments if self._constant and self._moments else (None, None)
        return {**super()._given(), "mean": mean, "variance": variance}

    def adapt(self, data: Any) -> None:
        """Compute mean and population variance of data, in float64 on all threads.

        Parameters
        ----------
        data : array of shape (rows, columns), or an iterable of such arrays
            Batches are merged [Chan, Golub and LeVeque, 1983].

        Raises
        ------
        TypeError, ValueError
            For no data, numbers that are not finite, another number of columns than the layer has; where mean and
            variance were arguments.
        """
        if self._constant:
            raise ValueError("[adapt] mean and variance were given as arguments: there is nothing to adapt")
        if not (_is_array(data) or isinstance(data, Iterable)):
            raise TypeError(f"[adapt] data must be an array or give arrays, got {_check.shown(data)}")
        total = None
        for batch in [data] if _is_array(data) else data:
            matrix = _matrix(batch, self.axis is None)
            moments = _core.column_moments(matrix)
            total = moments if total is None else total.merged(moments)
        if total is None:
            raise ValueError("[adapt] data must hold a batch at least, got none")
        self._moments = np.array(total.mean), np.array(total.variance)
        if self.built:
            columns = self.get_weights()[0].size
            self.set_weights([_columns(self.name, moment, columns) for moment in self._moments])

    def _core_layer(self, columns: int) -> _core.Normalization:
        if not self._constant or self._moments is None:
            return _core.Normalization([], [], self.invert)
        mean, variance = (_columns(self.name, moment, columns) for moment in self._moments)
        return _core.Normalization(mean.tolist(), variance.tolist(), self.invert)

    def _penalties(self) -> list[Any]:
        return [None, None]

    def _initial_weights(self, columns: int) -> list[np.ndarray]:
        brought = super()._initial_weights(columns)
        if brought or self._constant or self._moments is None:
            return brought
        return [_columns(self.name, moment, columns) for moment in self._moments]


def _is_array(value: Any) -> bool:
    """Whether a value is one array, table or list of rows, rather than an iterable of them."""
    if hasattr(value, "__array__") or hasattr(value, "shape"):
        return True
    return isinstance(value, list | tuple) and len(value) > 0 and np.ndim(value[0]) == 1


def _matrix(batch: Any, together: bool) -> np.ndarray:
    single = getattr(batch, "dtype", None) == np.float32
    array = data.numbers("adapt", "data", batch, np.dtype(np.float32 if single else np.float64))
    if together:
        array = array.reshape(-1, 1)
    return data.matrix("adapt", "data", array, array.dtype)


def _numbers(name: str, value: Any) -> np.ndarray:
    array = data.numbers("Normalization", name, value, np.dtype(np.float64))
    data.check_finite("Normalization", name, np.atleast_1d(array))
    return array.reshape(-1) if array.ndim == 2 and array.shape[0] == 1 else array


def _columns(name: str, moment: np.ndarray, columns: int) -> np.ndarray:
    """The moment as one number per column."""
    if moment.size not in (1, columns):
        raise ValueError(f"[{name}] mean and variance have {moment.size} numbers, the rows have {columns} columns")
    return np.full(columns, moment) if moment.size == 1 else moment
