"""Errors and warnings of training that has lost its way.

Bad input is a plain `ValueError` or `TypeError` whose message reads ``[operation] rule, value``.
"""

from . import _core

__all__ = ["DivergenceError", "DivergenceWarning", "RescalingWarning"]

#: Training met a loss or a weight that is not finite; the model keeps the weights of its last full epoch.
DivergenceError = _core.Diverged


class DivergenceWarning(UserWarning):
    """The last epoch's training loss is more than ten times the first one's: the learning rate is likely too large."""


class RescalingWarning(UserWarning):
    """An L1 stands where training can undo it by making one kernel smaller and another larger."""
