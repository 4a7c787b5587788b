"""AttributeErrors for names that Keras' modules have and proxnet's do not, with what to use instead."""

from __future__ import annotations

import sys
from typing import NoReturn

from .names import nearest, plain

__all__ = ["explain_missing", "raise_missing"]

_MODULES = (
    "activations callbacks constraints errors initializers layers losses metrics models optimizers "
    "optimizers.schedules regularizers utils linear_model"
).split()
_FUNCTIONAL = "a Sequential, one Dense after the other, is the only kind of model"
_ARRAYS = "numpy computes on arrays outside of training, where nothing of Python runs"
_TYPES = "Sequential(dtype=...) chooses float32 or float64, set_num_threads the number of cores"
_DATA = "fit takes arrays, data frames and iterables of batches, sklearn.datasets has data to try"
_INSTEAD = {
    "proxnet": {
        **dict.fromkeys(("Model", "Functional", "Function", "KerasTensor", "InputSpec"), _FUNCTIONAL),
        **dict.fromkeys(("ops", "backend", "Variable", "tree", "name_scope", "StatelessScope"), _ARRAYS),
        **dict.fromkeys(
            ("config", "DTypePolicy", "dtype_policies", "mixed_precision", "device", "distribution"), _TYPES
        ),
        **dict.fromkeys(("datasets", "preprocessing", "applications"), _DATA),
        "saving": "load_model and Sequential.save read and write models",
        "version": "it is proxnet.__version__",
        "visualization": "proxnet.display draws",
        "wrappers": "proxnet.linear_model has scikit-learn's estimators",
        "neural_network": "Sequential is the network, proxnet.linear_model has scikit-learn's estimators",
    },
    "proxnet.models": dict.fromkeys(("Model", "Functional"), _FUNCTIONAL),
    "proxnet.layers": {
        **dict.fromkeys("Add Average Concatenate Dot Maximum Minimum Multiply Subtract".split(), _FUNCTIONAL),
        "Lambda": "Python functions cannot run inside the core: compute columns beforehand, with numpy",
        "Rescaling": "Normalization(mean=..., variance=...) shifts and scales columns",
    },
    "proxnet.utils": {"plot_model": "Sequential.summary and proxnet.display show a model"},
}


def raise_missing(module: str, name: str, known: list[str]) -> NoReturn:
    """Raise the AttributeError for a name that a module of proxnet does not have."""
    text = f"module {module!r} has no attribute {name!r}"
    if name.startswith("_"):  # asked for by Python itself
        raise AttributeError(text)
    homes = (f"proxnet.{other}" for other in _MODULES)
    for home in homes:
        for there in getattr(sys.modules.get(home), "__all__", ()):
            if there == name or (home == module and plain(there) == plain(name)):
                raise AttributeError(f"{text}: it is {home}.{there}")
    instead = _INSTEAD.get(module, {}).get(name)
    if instead is not None:
        raise AttributeError(f"{text}: {instead}")
    raise AttributeError(f"{text}{nearest(name, known)} Known: {', '.join(known)}")


def explain_missing(module: str) -> None:
    """Make a module raise such errors, unseen by type checkers, which find misspelt names by themselves."""
    this = sys.modules[module]

    def explain(name: str) -> NoReturn:
        raise_missing(module, name, list(this.__all__))

    vars(this)["__getattr__"] = explain
