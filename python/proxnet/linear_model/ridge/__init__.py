"""Ridge regression, by factorisation or conjugate gradients."""

from .classifier import RidgeClassifier, RidgeClassifierCV
from .cv import RidgeCV
from .path import ridge_path
from .ridge import Ridge

__all__ = ["Ridge", "RidgeCV", "RidgeClassifier", "RidgeClassifierCV", "ridge_path"]
