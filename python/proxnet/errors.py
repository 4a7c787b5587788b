"""Errors and warnings of training that has lost its way.

Bad input is a plain `ValueError` or `TypeError` whose message reads ``[operation] rule, value``.
"""

from . import _core

__all__ = [
    "ConvergenceWarning",
    "DivergenceError",
    "DivergenceWarning",
    "NotFittedError",
    "RescalingWarning",
    "SparsityWarning",
]

#: Training met a loss or a weight that is not finite; the model keeps the weights of its last full epoch.
DivergenceError = _core.Diverged


class DivergenceWarning(UserWarning):
    """The training loss has grown far beyond its first value: the learning rate is likely too large."""


class RescalingWarning(UserWarning):
    """An L1 stands where training can undo it by making one kernel smaller and another larger."""


class SparsityWarning(UserWarning):
    """Training left other zeros than were asked for: fewer than a target, or so many that the model is a constant."""


class ConvergenceWarning(UserWarning):
    """A linear model stopped before its duality gap reached the tolerance; scikit-learn's own where that is loaded."""


class NotFittedError(ValueError, AttributeError):
    """An estimator is used before fit; scikit-learn's own where that is loaded."""
