"""A model of layers with weights: reading and replacing them, and which of them train."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _check
from .layers import Layer
from .layers.variable import Variable
from .model import Model
from .weights import checked_weights

__all__ = ["WeightedModel"]


class WeightedModel(Model):
    """Base of `Sequential`: the weights of its layers, one list for all."""

    _trainable = True

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the `Input`."""
        raise NotImplementedError

    @property
    def built(self) -> bool:
        """Whether there are weights."""
        return self._network is not None

    @property
    def trainable(self) -> bool:
        """Whether the model trains; assigned, it is assigned to all layers, and counts from the next `compile`."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = _check.flag("trainable", "trainable", value)
        for layer in self.layers:
            layer.trainable = self._trainable

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """A layer by its name or its index.

        Raises
        ------
        ValueError
            When there is no such layer.
        """
        layers = self.layers
        if index is not None:
            number = _check.integer("get_layer", "index", index, minimum=-len(layers), maximum=len(layers) - 1)
            return layers[number]
        _check.text("get_layer", "name", name)
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(f"[get_layer] no layer is named {name!r}; there are {', '.join(la.name for la in layers)}")

    def get_weights(self) -> list[np.ndarray]:
        """Copies of all weights, layer by layer: kernel (inputs, units), bias (units,), ...; [] before it is built."""
        return list(self._network.weights()) if self._network is not None else []

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Replace all weights; the optimizer's state stays.

        Parameters
        ----------
        weights : list of arrays
            Shapes as `get_weights` gives them; finite.

        Raises
        ------
        TypeError, ValueError
            For another number of arrays, other shapes, or numbers that are not finite.
        """
        network = self._require_network("set_weights")
        network.set_weights(checked_weights(weights, network.weights(), self.dtype))

    @property
    def weights(self) -> list[Variable]:
        """All weights by name, layer by layer; [] before the model is built."""
        return [variable for layer in self.layers for variable in layer.weights]

    variables = weights

    @property
    def trainable_weights(self) -> list[Variable]:
        """Those that training moves."""
        return [variable for variable in self.weights if variable.trainable]

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """Moving statistics, adapted moments, and the weights of layers that do not train."""
        return [variable for variable in self.weights if not variable.trainable]

    non_trainable_variables = non_trainable_weights

    def count_params(self) -> int:
        """Number of weights, biases and statistics.

        Raises
        ------
        ValueError
            Before the model is built.
        """
        self._require_network("count_params")
        return sum(array.size for array in self.get_weights())
