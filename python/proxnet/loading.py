"""Models from their files."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from math import prod
from typing import Any, Unpack

from . import _arguments, _core, _names
from ._config import find_class
from ._keywords import NoKeywords
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
    _names.refuse_keywords("load_model", unknown, ("filepath", "custom_objects", "compile"), {"safe_mode": True})
    compiled = _arguments.flag("load_model", "compile", compile)
    path = os.fsencode(filepath)
    file = _core.ModelFile(path)
    try:
        config = json.loads(file.config)
        return _loaded(file, config, custom_objects, compiled, os.path.getsize(path))
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError, RecursionError) as error:
        shown = f"{type(error).__name__}: {error}"
        raise ValueError(
            f"[load_model] the file must hold a whole model's config, {os.fsdecode(path)}: {shown}"
        ) from error


def _loaded(file: _core.ModelFile, config: Any, custom_objects: Any, compiled: bool, size: int) -> Any:
    entry, training = config["model"], config["training"]
    cls = find_class(entry["module"], entry["class_name"])
    if not issubclass(cls, SavedModel):
        raise TypeError(f"{cls.__name__} is no model")
    model = cls._empty(entry["config"])
    seed = training["weights_seed"]  # nothing is drawn from the sequence of seeds
    model._weights_seed = _arguments.integer("load_model", "weights_seed", seed, minimum=0, maximum=2**64 - 1)
    _check_size(model, entry["config"], size)
    model._fill(entry["config"], custom_objects)
    compiled = compiled and config["compile"] is not None
    if compiled:
        model._recompile(training["trainable"], config["compile"], custom_objects)
    model._restore(file, training, compiled and training.get("state", True))
    model._feature_names.restore(training.get("feature_names"), model.input_columns)
    return model


def _check_size(model: SavedModel, config: Mapping[str, Any], size: int) -> None:
    """Raise where the architecture has more weights than the file has bytes, before memory is taken for them."""
    columns = prod((config["build_input_shape"] or [0, 0])[1:])
    for layer in config["layers"]:
        units = layer["config"].get("units")
        if columns * (units or 1) * model.dtype.itemsize > size:
            raise ValueError(f"[load_model] a layer of {columns} x {units} weights must fit its file of {size} bytes")
        columns = units or columns
