"""Errors and warnings of training that has lost its way.

Bad input is a plain `ValueError` or `TypeError` whose message reads ``[operation] rule, value``.
"""

from . import _core

__all__ = ["DivergenceError", "DivergenceWarning"]

#: Training met a loss or a weight that is not finite; the model keeps the weights of its last full epoch.
DivergenceError = _core.Diverged


class DivergenceWarning(UserWarning):
    """The last epoch's training loss is more than ten times the first one's: the learning rate is likely too large."""
