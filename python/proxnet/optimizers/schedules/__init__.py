"""Learning rates that move with the step: Keras' schedules, evaluated in the core at every step."""

from ..._config import deserialize, serialize
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
