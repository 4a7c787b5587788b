"""A model from its file: nothing in it is believed, and memory is taken in proportion to its bytes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Unpack

from . import _check, _core, optimizers
from ._check.config import find_class, inside
from ._check.keywords import NoKeywords
from .saved_model import SavedModel

__all__ = ["load_model"]


def load_model(
    filepath: str | os.PathLike[str],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    **unknown: Unpack[NoKeywords],
) -> Any:
    """Read a model that `save` wrote.

    Parameters
    ----------
    filepath : str or path
    custom_objects : dict of str to object, optional
        The user's own functions, such as metrics, by name.
    compile : bool, default True
        Whether the model is compiled as it was, with the optimizer's state and progress.

    Returns
    -------
    Sequential

    Raises
    ------
    ValueError
        For a file that is damaged or not proxnet's, naming the file and the rule it breaks.
    OSError
        When the file cannot be read.
    """
    _check.refuse_keywords("load_model", unknown, load_model, {"safe_mode": True})
    compiled = _check.flag("load_model", "compile", compile)
    if custom_objects is not None and not isinstance(custom_objects, Mapping):
        raise TypeError(f"[load_model] custom_objects must be a dict, got {_check.shown(custom_objects)}")
    path = os.fsencode(_check.path("load_model", "filepath", filepath))
    file = _core.ModelFile(path)
    rule = f"[load_model] the file must hold a whole model's config, {os.fsdecode(path)}"
    if not file.config:
        raise ValueError(f"{rule} holds weights alone: make the model and call load_weights")
    try:
        config = json.loads(file.config)
        with inside():
            return _loaded(file, config, custom_objects, compiled, os.path.getsize(path))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        if str(error).startswith("[load] "):
            raise
        name = "" if str(error).startswith("[") else f"{type(error).__name__}: "
        raise ValueError(f"{rule}: {name}{error}") from error


def _loaded(file: _core.ModelFile, config: Any, custom_objects: Any, compiled: bool, size: int) -> Any:
    entry, training = config["model"], config["training"]
    cls = find_class(entry["module"], entry["class_name"])
    if not issubclass(cls, SavedModel):
        raise TypeError(f"{cls.__name__} is no model")
    model = cls._empty(entry["config"])
    seed = training["weights_seed"]  # nothing is drawn from the sequence of seeds
    model._weights_seed = _check.integer("load_model", "weights_seed", seed, minimum=0, maximum=2**64 - 1)
    model._stack(entry["config"], custom_objects)
    row = model._row("load_model", tuple(entry["config"]["build_input_shape"]))
    moved, fixed = model._weight_counts(row)
    if (moved + fixed) * model.dtype.itemsize > size:  # before memory is taken for them
        raise ValueError(f"[load_model] {moved + fixed} weights must fit their file of {size} bytes")
    model.build(row)
    compiled = compiled and config["compile"] is not None
    if compiled:
        _compile(file, size, model, config["compile"], training, custom_objects)
    model._restore(file, training, compiled and training.get("state", True))
    model._feature_names.restore(training.get("feature_names"), model.input_columns)
    return model


def _compile(
    file: _core.ModelFile, size: int, model: SavedModel, config: Any, training: Any, custom_objects: Any
) -> None:
    """Compile as the saved model was, after a look whether the file holds the optimizer's state."""
    arguments = model._compile_arguments(config, custom_objects)
    arguments["optimizer"] = optimizer = optimizers.get(arguments["optimizer"], "load_model")
    with model._trainable_as(training["trainable"]):
        moved, _ = model._weight_counts(model.input_shape[1:])
        if training.get("state", True) and not file.holds_state(
            optimizer._core_optimizer(), moved, model.dtype.itemsize
        ):
            raise ValueError(f"[load_model] the file must hold the state of {optimizer} for {moved} weights")
        state = 2 * getattr(optimizer, "memory", 0) * moved * model.dtype.itemsize
        if state > max(64 * size, 2**28):  # also of a file that holds none
            raise ValueError(
                f"[load_model] {state} bytes of {optimizer} must be in proportion to a file of {size} bytes"
            )
        model.compile(**arguments)
