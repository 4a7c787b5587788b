"""A penalty on the angles between the rows or the columns of a kernel."""

from __future__ import annotations

from typing import Any, Unpack

from .. import _check, _core
from .._check.keywords import NoKeywords
from .base import Regularizer

__all__ = ["OrthogonalRegularizer"]


class OrthogonalRegularizer(Regularizer):
    """factor * mean of |cos angle| over all pairs of rows, or of columns, of a kernel, as in Keras.

    It makes no zeros and has no proximal operator here: with either `penalty_step` its gradient is added to the loss's,
    with slope 0 where a cosine is 0. Where no cosine is 0, training ends at stationary points of the stated objective.

    Parameters
    ----------
    factor : float, default 0.01
        Finite and >= 0.
    mode : {"rows", "columns"}, default "rows"
        Whether the pairs are of inputs or of units.
    schedule : `Ramp` or callable, optional
        The factor of an epoch is multiplied by ``schedule(epoch)``, epochs counted from 0.

    Raises
    ------
    TypeError, ValueError
        For arguments out of their ranges; when the layer is built, for a kernel without two rows or columns.

    Examples
    --------
    >>> from proxnet.regularizers import OrthogonalRegularizer
    >>> OrthogonalRegularizer(1.0)([[1.0, 0.0], [3.0, 4.0]])
    0.6
    """

    factor: float

    def __init__(
        self, factor: float = 0.01, mode: str = "rows", schedule: Any = None, **unknown: Unpack[NoKeywords]
    ) -> None:
        self._take({"factor": factor}, None, schedule, unknown)
        self.mode = _check.choice("OrthogonalRegularizer", "mode", mode, ("rows", "columns"))

    def _penalty(self) -> _core.Penalty:
        axis = _core.GroupAxis.input if self.mode == "rows" else _core.GroupAxis.output
        return _core.Penalty(kind=_core.PenaltyKind.orthogonal, strength=self.factor, axis=axis)
