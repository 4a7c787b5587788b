"""Learning rates as functions of the step: Keras' schedules, evaluated in the core at every step."""

from ..._check.config import deserialize, serialize
from ..._check.missing import explain_missing
from .cosine import CosineDecay, CosineDecayRestarts
from .decay import ExponentialDecay, InverseTimeDecay, PolynomialDecay
from .piecewise import Constant, PiecewiseConstantDecay
from .schedule import LearningRateSchedule

__all__ = [
    "Constant",
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]

explain_missing(__name__)
