"""The dense layer."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from .. import _check, _core, activations, constraints, initializers, regularizers
from .._check.keywords import LayerKeywords
from .layer import Layer

__all__ = ["Dense"]


class Dense(Layer):
    """activation(x W + b) with W of shape (inputs, units).

    Parameters
    ----------
    units : int
        Number of outputs, >= 1.
    activation : str, function of `proxnet.activations` or `proxnet.activations.Activation`, optional
        A name such as "relu", "gelu" or "softmax"; default "linear". For another parameter
        `functools.partial(activations.leaky_relu, negative_slope=0.1)`, as in Keras.
    use_bias : bool, default True
    kernel_initializer, bias_initializer : str, class or `proxnet.initializers.Initializer`
        Default "glorot_uniform", "zeros".
    kernel_regularizer, bias_regularizer : str, class or `proxnet.regularizers.Regularizer`, optional
        Penalties; an L1 makes weights exactly zero.
    activity_regularizer : str, class or `proxnet.regularizers.Regularizer`, optional
        An L1, L2 or L1L2 of the outputs, divided by the rows of the batch; see `ActivityRegularization`.
    kernel_constraint, bias_constraint : str, class or `proxnet.constraints.Constraint`, optional
        Projections after every proximal step.
    name : str, optional
        Default "dense", "dense_1", ...
    **keywords
        trainable, input_shape and input_dim, as in every `Layer`.

    Raises
    ------
    TypeError, ValueError
        For an argument out of its range, an unknown name, or an argument of Keras' that is not here yet.

    Examples
    --------
    >>> from proxnet.layers import Dense
    >>> Dense(64, activation="relu", kernel_regularizer="l1").kernel_regularizer
    L1(l1=0.01)
    """

    _SHAPING = ("units", "use_bias", "kernel_initializer", "bias_initializer")
    _later = {  # noqa: RUF012
        **Layer._later,
        "lora_rank": None,
        "lora_alpha": None,
        "quantization_config": None,
    }

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        name: str | None = None,
        **keywords: Unpack[LayerKeywords],
    ) -> None:
        super().__init__(name, **keywords)
        self.units = _check.integer("Dense", "units", units, minimum=1, maximum=2**31 - 1)
        self.activation = activations.get(activation, "Dense")
        self.use_bias = _check.flag("Dense", "use_bias", use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer, "Dense")
        self.bias_initializer = initializers.get(bias_initializer, "Dense")
        if self.bias_initializer.matrix:
            raise ValueError(f"[Dense] bias_initializer must be no matrix, got {self.bias_initializer}")
        self.kernel_regularizer = regularizers.get(kernel_regularizer, "Dense", "kernel_regularizer")
        self.bias_regularizer = regularizers.get_vector(bias_regularizer, "Dense", "bias_regularizer")
        self.activity_regularizer = regularizers.get_activity(activity_regularizer, "Dense")
        self.kernel_constraint = constraints.get(kernel_constraint, "Dense", "kernel_constraint")
        self.bias_constraint = constraints.get(bias_constraint, "Dense", "bias_constraint")

    @property
    def _weight_names(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("kernel", "bias") if self.use_bias else ("kernel",)

    def _core_layer(self, columns: int) -> _core.Dense:
        return _core.Dense(
            self.units,
            self.activation._core_activation(),
            regularizers.core(self.kernel_regularizer),
            regularizers.core(self.bias_regularizer),
            self.use_bias,
            self.kernel_initializer._core_initializer(),
            self.bias_initializer._core_initializer(),
            constraints.core(self.kernel_constraint),
            constraints.core(self.bias_constraint),
            _core.SparsityTarget.none if self.kernel_regularizer is None else self.kernel_regularizer._target(),
            self.trainable,
            regularizers.core_activity(self.activity_regularizer),
        )

    def _penalties(self) -> list[regularizers.Regularizer | None]:
        return [self.kernel_regularizer, self.bias_regularizer]

    def _output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        self._check_rows(shape)
        return (self.units,)

    def _weight_shapes(self, columns: int) -> list[tuple[int, ...]]:
        return [(columns, self.units), (self.units,)][: len(self._weight_names)]

    @property
    def kernel(self) -> np.ndarray:
        """A copy of W, shape (inputs, units)."""
        return self._weights_or_raise()[0]

    @property
    def bias(self) -> np.ndarray | None:
        """A copy of b, shape (units,), or None without one."""
        return self._weight("bias")
