"""Regularization paths of networks, selection of features, stability selection (with scikit-learn)."""

from __future__ import annotations

from typing import Any

from .._check.missing import raise_missing
from .error_bounds import StabilityParameters, false_selections, stability_parameters
from .regularization_path import PathPoint, RegularizationPath
from .selection import FeatureSelection, select_features
from .training import path_cv, regularization_path

__all__ = [
    "FeatureSelection",
    "PathPoint",
    "RegularizationPath",
    "StabilityParameters",
    "StabilitySelection",
    "false_selections",
    "path_cv",
    "regularization_path",
    "select_features",
    "stability_parameters",
]


def __getattr__(name: str) -> Any:
    if name == "StabilitySelection":  # needs scikit-learn
        import importlib

        return importlib.import_module(".stability", __name__).StabilitySelection
    raise_missing(__name__, name, __all__)
