"""Models from files, from JSON, and of the architecture of other models.

Nothing that a file says is trusted: every value is checked, and memory is allocated in proportion to the file's size.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, Unpack

from .. import _check, _core, optimizers
from .._check.config import deserialize, find_class, inside, parse
from .._check.keywords import NoKeywords
from .sequential import Sequential
from .serialization import restore, trainable_as

__all__ = ["clone_model", "load_model", "model_from_json"]


def load_model(
    filepath: str | os.PathLike[str],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    *,
    check: bool = True,
    **unknown: Unpack[NoKeywords],
) -> Any:
    """Read a model that `save` wrote.

    Parameters
    ----------
    filepath : str or path
    custom_objects : dict of str to object, optional
        The user's own functions, such as metrics, by name.
    compile : bool, default True
        Whether the model is compiled as the saved one was, with the optimizer's state and progress.
    check : bool, default True
        Whether the model must give the outputs that the saved one had for the file's test row. They may differ by the
        bound of rounding of the model's layers, as they do on a machine without fused multiply-add.

    Returns
    -------
    Sequential

    Raises
    ------
    ValueError
        For a file that is damaged or not proxnet's; the message names the file and the rule that it breaks.
    OSError
        When the file cannot be read.
    """
    _check.refuse_keywords("load_model", unknown, load_model, {"safe_mode": True})
    compiled, checked = _check.flag("load_model", "compile", compile), _check.flag("load_model", "check", check)
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
            model = _loaded(file, config, custom_objects, compiled, os.path.getsize(path))
            if checked:
                model._require_network("load_model").check_test_row(file)
            return model
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        if str(error).startswith("[load] "):
            raise
        name = "" if str(error).startswith("[") else f"{type(error).__name__}: "
        raise ValueError(f"{rule}: {name}{error}") from error


def _loaded(file: _core.ModelFile, config: Any, custom_objects: Any, compiled: bool, size: int) -> Any:
    entry, training = config["model"], config["training"]
    cls = find_class(entry["module"], entry["class_name"])
    if not issubclass(cls, Sequential):
        raise TypeError(f"{cls.__name__} is no model")
    model = cls._empty(entry["config"])
    seed = training["weights_seed"]  # so that no seed is drawn
    model._weights_seed = _check.integer("load_model", "weights_seed", seed, minimum=0, maximum=2**64 - 1)
    model._stack(entry["config"], custom_objects)
    row = model._row("load_model", tuple(entry["config"]["build_input_shape"]))
    trainable, others = model._weight_counts(row)
    if trainable + others > file.weight_capacity:  # checked before memory is allocated
        raise ValueError(f"[load_model] {trainable + others} weights must fit their file of {size} bytes")
    model.build(row)
    compiled = compiled and config["compile"] is not None
    if compiled:
        _compile(file, size, model, config["compile"], training, custom_objects)
    restore(model, file, training, compiled and training.get("state", True))
    model._feature_names.restore(training.get("feature_names"), model.input_columns)
    return model


def _compile(
    file: _core.ModelFile, size: int, model: Sequential, config: Any, training: Any, custom_objects: Any
) -> None:
    """Compile as the saved model was, after a check that the file holds the optimizer's state."""
    arguments = model._compile_arguments(config, custom_objects)
    arguments["optimizer"] = optimizer = optimizers.get(arguments["optimizer"], "load_model")
    with trainable_as(model, training["trainable"]):
        trainable, _ = model._weight_counts(model._input_shape or ())
        if training.get("state", True) and not file.holds_state(
            optimizer._core_optimizer(), trainable, model.dtype.itemsize
        ):
            raise ValueError(f"[load_model] the file must hold the state of {optimizer} for {trainable} weights")
        state = 2 * getattr(optimizer, "memory", 0) * trainable * model.dtype.itemsize
        if state > max(64 * size, 2**28):  # also for a file without state
            raise ValueError(
                f"[load_model] {state} bytes of {optimizer} must be in proportion to a file of {size} bytes"
            )
        model.compile(**arguments)


def clone_model(
    model: Sequential, clone_function: Callable[[Any], Any] | None = None, **unknown: Unpack[NoKeywords]
) -> Sequential:
    """A model with the same architecture and new weights, not compiled.

    Parameters
    ----------
    model : Sequential
    clone_function : callable of layer to layer, optional
        Makes each new layer; default: a layer with the same config.

    Raises
    ------
    TypeError
        For a model that is not a `Sequential`.

    Examples
    --------
    >>> import proxnet
    >>> model = proxnet.Sequential([proxnet.Input((3,)), proxnet.layers.Dense(2, activation="tanh")])
    >>> proxnet.models.clone_model(model).layers[0].activation
    Activation('tanh')
    """
    later = {"input_tensors": None, "call_function": None, "recursive": False}
    _check.refuse_keywords("clone_model", unknown, clone_model, later)
    if not isinstance(model, Sequential):
        raise TypeError(f"[clone_model] model must be a Sequential, got {type(model).__qualname__}")
    config = model.get_config()
    if clone_function is not None:
        layers = dict(zip((layer.name for layer in model.layers), map(clone_function, model.layers), strict=True))
        config["layers"] = [layers.get(item["config"]["name"], item) for item in config["layers"]]
    return Sequential.from_config(config)


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Sequential:
    """A model with the architecture that `Sequential.to_json` wrote, and new weights.

    Raises
    ------
    TypeError, ValueError
        For text that is not such JSON.
    """
    config = parse("model_from_json", "json_string", json_string)
    model = deserialize(config, custom_objects)
    if not isinstance(model, Sequential):
        raise TypeError(f"[model_from_json] json_string must describe a Sequential, got {type(model).__qualname__}")
    return model
