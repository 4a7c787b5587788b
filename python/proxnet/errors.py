"""Errors and warnings of training.

For bad input the error is a `ValueError` or `TypeError`, whose message reads ``[operation] rule, value``.
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

#: A loss or a weight became infinite or NaN in training; the model keeps the weights of its last full epoch.
DivergenceError = _core.Diverged


class DivergenceWarning(UserWarning):
    """The training loss grew far beyond its first value: the learning rate is probably too large."""


class RescalingWarning(UserWarning):
    """Training can undo an L1 by making one kernel smaller and another larger."""


class SparsityWarning(UserWarning):
    """Training made fewer zeros than a target, or so many that the model is constant."""


class ConvergenceWarning(UserWarning):
    """A linear model stopped before its duality gap reached the tolerance; scikit-learn's class if it is loaded."""


class NotFittedError(ValueError, AttributeError):
    """An estimator was used before fit; scikit-learn's class if it is loaded."""
