"""Models in copies and pickles: Python objects as they are, weights and training as the bytes of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _core
from .layers import Layer

if TYPE_CHECKING:
    from .saved_model import SavedModel

__all__ = ["restore", "state"]


def state(model: SavedModel) -> dict[str, Any]:
    """What `copy` and `pickle` take of a model."""
    kept = {**vars(model), "_network": None, "_layers": [_without_weights(layer) for layer in model._layers]}
    if model._network is None:
        return kept
    network, compilation = model._require_network("copy"), model._compilation
    if network.compiled and compilation is not None:
        compilation.pass_settings(network)
    flags = network.trainable if network.compiled else None
    return {**kept, "_network": (network.saved_bytes("", True), flags)}


def restore(model: SavedModel, state: dict[str, Any]) -> None:
    """Make an empty model the one that `state` is of."""
    vars(model).update({**state, "_network": None})
    for layer in model._layers:
        layer._join(model)
    if model.history is not None:
        model.history.set_model(model)
    if state["_network"] is None:
        return
    content, flags = state["_network"]
    model._rebuild()
    if model._compilation is not None:
        model._compilation.optimizer = model._compilation.optimizer._of(model)
    if flags is not None and model._compilation is not None:
        with model._trainable_as(flags):
            model._compile_network(model._compilation, anew=True)
    training = {"seed": model._seed, "epochs": model._epochs_trained}
    model._restore(_core.ModelFile.from_bytes(content), training, True)


def _without_weights(layer: Layer) -> Layer:
    """A copy of a layer without the weights, which the model has."""
    twin: Layer = object.__new__(type(layer))
    vars(twin).update({**vars(layer), "_model": None, "_network": None, "_brought": []})
    return twin
