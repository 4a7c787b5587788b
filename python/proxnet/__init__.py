"""Penalised dense networks on the CPU with exact zeros: Keras' names, proximal steps, a C++ core.

``import proxnet as keras`` runs a Keras program of dense layers.
"""

from __future__ import annotations

from typing import Any

from . import (
    _old_names,  # noqa: F401
    activations,
    callbacks,
    constraints,
    errors,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
    utils,
)
from ._check.missing import raise_missing
from ._core import __version__
from .errors import DivergenceError, DivergenceWarning, RescalingWarning, SparsityWarning
from .layers import Input
from .models import Predictor, Sequential, load_model, load_predictor, save_predictor
from .models.strengths import strength_max
from .paths import cmake_dir, get_include
from .random import set_random_seed
from .threads import build_info, get_num_threads, set_num_threads

__all__ = [
    "DivergenceError",
    "DivergenceWarning",
    "Input",
    "Predictor",
    "RescalingWarning",
    "Sequential",
    "SparsityWarning",
    "__version__",
    "activations",
    "build_info",
    "callbacks",
    "cmake_dir",
    "constraints",
    "display",
    "errors",
    "export",
    "get_include",
    "get_num_threads",
    "initializers",
    "layers",
    "linear_model",
    "load_model",
    "load_predictor",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "path",
    "regularizers",
    "save_predictor",
    "set_num_threads",
    "set_random_seed",
    "strength_max",
    "utils",
]


def __getattr__(name: str) -> Any:
    if name in ("display", "export", "linear_model", "path"):  # loaded when used
        import importlib

        return importlib.import_module(f".{name}", __name__)
    raise_missing(__name__, name, __all__)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
