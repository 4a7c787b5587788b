"""Types of ``**keywords``, with which type checkers find misspelt arguments.

At run time `refuse_keywords` finds them, with a sentence that names the nearest known argument.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

__all__ = [
    "ActivationKeywords",
    "ActivationParameters",
    "CompileKeywords",
    "CoupledKeywords",
    "InputKeywords",
    "LayerKeywords",
    "LossKeywords",
    "LossParameters",
    "MetricKeywords",
    "NoKeywords",
    "OptimizerKeywords",
    "UnusedOptimizerKeywords",
]


class NoKeywords(TypedDict, total=False):
    """No keywords."""


class LayerKeywords(TypedDict, total=False):
    """Keywords of every layer; `dtype` and `autocast` take Keras' defaults only."""

    trainable: bool
    input_shape: Any
    input_dim: int | None
    dtype: None
    autocast: Literal[True]


class ActivationKeywords(LayerKeywords, total=False):
    """Keywords of layers that are an activation."""

    activity_regularizer: Any


class InputKeywords(TypedDict, total=False):
    """Arguments of Keras' `Input`, which take Keras' defaults only."""

    batch_size: None
    batch_shape: None
    dtype: None
    sparse: None
    tensor: None
    optional: Literal[False]


class UnusedOptimizerKeywords(TypedDict, total=False):
    """Arguments of Keras' optimizers, which take Keras' defaults only."""

    loss_scale_factor: None
    gradient_accumulation_steps: None


class CoupledKeywords(UnusedOptimizerKeywords, total=False):
    """Keywords of minibatch optimizers, without the weight decay."""

    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None


class OptimizerKeywords(CoupledKeywords, total=False):
    """Keywords of minibatch optimizers."""

    weight_decay: float | None


class LossParameters(TypedDict, total=False):
    """Parameters of losses."""

    delta: float
    quantile: float
    gamma: float
    alpha: float
    apply_class_balancing: bool
    label_smoothing: float
    from_logits: bool
    axis: int
    ignore_class: None


class LossKeywords(LossParameters, total=False):
    """Keywords of losses."""

    reduction: Literal["sum_over_batch_size"]
    dtype: None


class MetricKeywords(TypedDict, total=False):
    """Keywords of every metric."""

    dtype: None


class ActivationParameters(TypedDict, total=False):
    """Parameters of activations."""

    alpha: float
    approximate: bool
    negative_slope: float
    max_value: float | None
    threshold: float


class CompileKeywords(TypedDict, total=False):
    """Arguments of Keras' `compile`, which take Keras' defaults only."""

    loss_weights: None
    run_eagerly: bool
    steps_per_execution: int
    jit_compile: bool | str
    auto_scale_loss: bool
