"""An activation as a layer of its own."""

from __future__ import annotations

from typing import Any

from .. import _core, activations
from .layer import Layer

__all__ = ["Activation", "ReLU", "Softmax"]


class Activation(Layer):
    """An activation as a layer of its own: behind a linear `Dense` the same bits as the dense layer's own.

    Parameters
    ----------
    activation : str
        As in `Dense`.
    name : str, optional
        Default "activation", "activation_1", ...
    **keywords
        Those of every `Layer`.

    Raises
    ------
    TypeError, ValueError
        For an unknown activation, or an argument of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.layers import Activation, BatchNormalization, Dense
    >>> stack = [Dense(64, use_bias=False), BatchNormalization(), Activation("relu")]
    """

    def __init__(self, activation: Any, name: str | None = None, **keywords: Any) -> None:
        super().__init__(name, keywords, "activation")
        self.activation = activations.get(activation, type(self).__name__)

    def _core_layer(self, columns: int) -> _core.ActivationLayer:
        return _core.ActivationLayer(activations.core(self.activation))


class ReLU(Activation):
    """max(x, 0) as a layer.

    Parameters
    ----------
    name : str, optional
        Default "re_lu", "re_lu_1", ... as in Keras.
    **keywords
        Those of every `Layer`; of Keras' max_value, negative_slope and threshold the defaults alone.
    """

    def __init__(self, name: str | None = None, **keywords: Any) -> None:
        Layer.__init__(self, name, keywords, "", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0})
        self.activation = activations.relu


class Softmax(Activation):
    """exp(x) / sum(exp(x)) over the columns, as a layer.

    Parameters
    ----------
    name : str, optional
        Default "softmax", "softmax_1", ...
    **keywords
        Those of every `Layer`; of Keras' axis -1 alone.
    """

    def __init__(self, name: str | None = None, **keywords: Any) -> None:
        Layer.__init__(self, name, keywords, "", {"axis": -1})
        self.activation = activations.softmax
