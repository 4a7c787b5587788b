"""Optimizers with Keras' names, arguments, defaults and formulas; each has a proximal step in its own metric.

`FISTA` and `LBFGS`, which Keras does not have, use all rows in every step, for small problems solved to convergence.
"""

from __future__ import annotations

from typing import Any

from .._check.config import deserialize, resolve, serialize
from .._check.missing import explain_missing
from . import schedules
from .adagrad import Adagrad
from .adam import Adam, AdamW
from .adamax import Adamax
from .fista import FISTA
from .ftrl import Ftrl
from .lbfgs import LBFGS
from .lion import Lion
from .nadam import Nadam
from .optimizer import Optimizer
from .rmsprop import RMSprop
from .sgd import SGD

__all__ = [
    "FISTA",
    "LBFGS",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lion",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]

_CLASSES: list[type[Optimizer]] = [Adagrad, Adam, Adamax, AdamW, FISTA, Ftrl, LBFGS, Lion, Nadam, RMSprop, SGD]
_BY_NAME = {cls.__name__.lower(): cls for cls in _CLASSES}
_NAMES_LATER = "adadelta adafactor lamb muon schedulefreeadamw".split()


def get(identifier: Any, operation: str = "optimizers.get") -> Optimizer:
    """An optimizer from its name, its class or itself.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest known one.
    TypeError
        For an object that is not an optimizer of this module.

    Examples
    --------
    >>> import proxnet
    >>> proxnet.optimizers.get("nadam")
    Nadam(name='nadam', learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07)
    """
    return resolve(operation, "optimizer", identifier, _BY_NAME, Optimizer, _NAMES_LATER)


explain_missing(__name__)
