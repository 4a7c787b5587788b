"""An activation as a layer of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from .. import _check, _core, activations, regularizers
from .._check.keywords import ActivationKeywords, LayerKeywords
from .layer import Layer

__all__ = ["ELU", "Activation", "LeakyReLU", "ReLU", "Softmax"]


class Activation(Layer):
    """An activation as a layer of its own; behind a linear `Dense` it gives the bits of that layer's own activation.

    Parameters
    ----------
    activation : str, function of `proxnet.activations` or `proxnet.activations.Activation`
        As in `Dense`.
    activity_regularizer : str, class or `proxnet.regularizers.Regularizer`, optional
        As in `Dense`.
    name : str, optional
        Default "activation", "activation_1", ...
    **keywords
        trainable, input_shape and input_dim, as in every `Layer`.

    Raises
    ------
    TypeError, ValueError
        For an unknown activation, or an argument of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.layers import Activation, BatchNormalization, Dense
    >>> stack = [Dense(64, use_bias=False), BatchNormalization(), Activation("relu")]
    """

    activity_regularizer: regularizers.Regularizer | None = None

    def __init__(
        self,
        activation: Any,
        activity_regularizer: Any = None,
        name: str | None = None,
        **keywords: Unpack[LayerKeywords],
    ) -> None:
        super().__init__(name, **keywords)
        self.activation = activations.get(activation, type(self).__name__)
        self.activity_regularizer = regularizers.get_activity(activity_regularizer, type(self).__name__)

    def _init_subclass(self, name: str | None, keywords: Mapping[str, Any]) -> None:
        """Initialise a subclass, whose `activation` follows from its class and other arguments."""
        others = dict(keywords)
        activity = others.pop("activity_regularizer", None)
        Layer.__init__(self, name, **others)
        self.activity_regularizer = regularizers.get_activity(activity, type(self).__name__)

    def _core_layer(self, columns: int) -> _core.ActivationLayer:
        activity = regularizers.core_activity(self.activity_regularizer)
        return _core.ActivationLayer(self.activation._core_activation(), activity)


class ReLU(Activation):
    """``min(max(x, 0), max_value)`` as a layer, with `negative_slope` x for x < 0.

    Parameters
    ----------
    max_value : float, optional
        > 0.
    negative_slope : float, default 0.0
        >= 0.
    threshold : float
        Must be 0.
    name : str, optional
        Default "re_lu", "re_lu_1", ... as in Keras.
    **keywords
        As in every `Layer`, and activity_regularizer as in `Dense`.
    """

    _NOT_IN_CONFIG = ("activation",)
    _LEFT_OUT_AS_NONE = ("activity_regularizer",)

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        name: str | None = None,
        **keywords: Unpack[ActivationKeywords],
    ) -> None:
        self._init_subclass(name, keywords)
        self.max_value, self.negative_slope, self.threshold = max_value, negative_slope, threshold
        _ = self.activation  # checks the parameters' ranges

    @property
    def activation(self) -> activations.Activation:  # type: ignore[override]
        """The activation."""
        parameters = {name: getattr(self, name) for name in ("max_value", "negative_slope", "threshold")}
        return activations.Activation("relu", **parameters)


class LeakyReLU(Activation):
    """``x`` for x >= 0, else ``negative_slope * x``, as a layer.

    Parameters
    ----------
    negative_slope : float, default 0.3
        >= 0; the function of the same name has 0.2, both as in Keras.
    name : str, optional
        Default "leaky_re_lu", "leaky_re_lu_1", ... as in Keras.
    **keywords
        As in every `Layer`, and activity_regularizer as in `Dense`.
    """

    _NOT_IN_CONFIG = ("activation",)
    _LEFT_OUT_AS_NONE = ("activity_regularizer",)

    def __init__(
        self, negative_slope: float = 0.3, name: str | None = None, **keywords: Unpack[ActivationKeywords]
    ) -> None:
        self._init_subclass(name, keywords)
        self.negative_slope = negative_slope
        _ = self.activation

    @property
    def activation(self) -> activations.Activation:  # type: ignore[override]
        """The activation."""
        return activations.Activation("leaky_relu", negative_slope=self.negative_slope)


class ELU(Activation):
    """``x`` for x >= 0, else ``alpha * (exp(x) - 1)``, as a layer.

    Parameters
    ----------
    alpha : float, default 1.0
        >= 0.
    name : str, optional
        Default "elu", "elu_1", ...
    **keywords
        As in every `Layer`, and activity_regularizer as in `Dense`.
    """

    _NOT_IN_CONFIG = ("activation",)
    _LEFT_OUT_AS_NONE = ("activity_regularizer",)

    def __init__(self, alpha: float = 1.0, name: str | None = None, **keywords: Unpack[ActivationKeywords]) -> None:
        self._init_subclass(name, keywords)
        self.alpha = alpha
        _ = self.activation

    @property
    def activation(self) -> activations.Activation:  # type: ignore[override]
        """The activation."""
        return activations.Activation("elu", alpha=self.alpha)


class Softmax(Activation):
    """``exp(x) / sum(exp(x))`` over the columns, as a layer.

    Parameters
    ----------
    axis : int
        Must be -1.
    name : str, optional
        Default "softmax", "softmax_1", ...
    **keywords
        As in every `Layer`, and activity_regularizer as in `Dense`.
    """

    _NOT_IN_CONFIG = ("activation",)
    _LEFT_OUT_AS_NONE = ("activity_regularizer",)

    def __init__(self, axis: int = -1, name: str | None = None, **keywords: Unpack[ActivationKeywords]) -> None:
        if not isinstance(axis, int) or axis != -1:
            raise ValueError(f"[Softmax] axis must be -1, the columns, got {_check.shown(axis)}")
        self._init_subclass(name, keywords)
        self.axis = axis

    @property
    def activation(self) -> activations.Activation:  # type: ignore[override]
        """The activation."""
        return activations.Activation("softmax")
