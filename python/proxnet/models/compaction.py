"""A smaller model with the same predictions."""

from __future__ import annotations

import copy
from typing import Any

from .. import _core
from .._check.config import serialize
from ..layers import ColumnSelection, Dense, Flatten, InputLayer, Normalization
from .serialization import take_network

__all__ = ["compacted"]


def compacted(model: Any, fold_constants: bool, fold_norms: bool) -> Any:
    """`Sequential.compact`: the core removes inputs and units, and the layers' configs follow."""
    network = model._require_network("compact")
    if network.compiled and model._compilation is not None:
        model._compilation.pass_settings(network)
    small = _core.compact(network, fold_constants, fold_norms)
    config = model.get_config()
    config["layers"] = _layers(model, small, config["layers"])
    twin = type(model).from_config({**config, "name": None})
    twin._compilation = copy.deepcopy(model._compilation) if network.compiled else None
    twin._seed, twin._epochs_trained = model._seed, model._epochs_trained
    take_network(twin, small["network"].saved_bytes("", True), small["network"].trainable)
    names = model._feature_names.known
    twin._feature_names.restore(None if names is None else names.tolist(), twin.input_columns)
    return twin


def _layers(model: Any, small: dict[str, Any], configs: list[Any]) -> list[Any]:
    """The configs of the layers, inputs and units that stay."""
    layers, dense, norms = [], iter(zip(small["units"], small["penalties"], strict=True)), iter(small["norms"])
    selected = len(small["inputs"]) == model.input_columns
    computing = {id(layer): number for number, layer in enumerate(model._computing())}
    for layer, config in zip(model._layers, configs, strict=True):
        inside = config["config"]
        if computing.get(id(layer), small["layers"][0]) not in small["layers"]:
            continue  # folded into another one
        if not selected and not isinstance(layer, InputLayer | Flatten | ColumnSelection):
            layers.append(serialize(ColumnSelection(small["inputs"])))
        selected = selected or not isinstance(layer, InputLayer | Flatten)
        if isinstance(layer, ColumnSelection):
            inside["columns"] = small["inputs"]
        elif isinstance(layer, Dense):
            units, (factors, groups) = next(dense)
            inside["units"] = len(units)
            inside["use_bias"] |= len(small["layers"]) < len(computing)
            penalty = inside["kernel_regularizer"]
            while penalty is not None and isinstance(penalty["config"].get("penalty"), dict):
                penalty = penalty["config"]["penalty"]  # of a TargetSparsity
            if penalty is not None:
                penalty["config"] |= ({"factors": factors} if factors else {}) | ({"groups": groups} if groups else {})
        elif isinstance(layer, Normalization):
            inside["mean"], inside["variance"] = next(norms) if inside["mean"] is not None else (None, None)
        layers.append(config)
    return layers
