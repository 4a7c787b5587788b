"""Regularization paths of networks, selection of features, stability selection."""

from .error_bounds import StabilityParameters, false_selections, stability_parameters
from .regularization_path import PathPoint, RegularizationPath
from .training import path_cv, regularization_path

__all__ = [
    "PathPoint",
    "RegularizationPath",
    "StabilityParameters",
    "false_selections",
    "path_cv",
    "regularization_path",
    "stability_parameters",
]
