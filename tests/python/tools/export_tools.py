"""Models to export: networks of every layer, linear models fitted to small data."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

import proxnet
from proxnet import activations, layers, linear_model

ACTIVATIONS: list[activations.Activation] = [
    *(activations.get(name) for name in activations.__all__ if name in activations._DEFAULTS),
    activations.Activation("elu", alpha=0.7),
    activations.Activation("gelu", approximate=True),
    activations.Activation("leaky_relu", negative_slope=0.05),
    activations.Activation("relu", negative_slope=0.1, max_value=1.5),
    activations.Activation("relu", max_value=0.75),
]

COLUMNS = 12


def rows_of(columns: int = COLUMNS, rows: int = 1000) -> np.ndarray:
    """Float32 rows, some of their numbers zero."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(rows, columns)).astype(np.float32)
    x[rng.uniform(size=x.shape) < 0.2] = 0
    return x


def with_weights(model: proxnet.Sequential, zeros: float = 0.0) -> proxnet.Sequential:
    """The model, built, with random weights of which a share is zero; the moments of Normalization layers stay."""
    rng = np.random.default_rng(7)
    if not model.built:
        model.build((None, COLUMNS))
    for layer in model.layers:
        if isinstance(layer, layers.Normalization):
            continue
        arrays = []
        for variable in layer.weights:
            array = rng.normal(size=variable.shape) * 0.5
            if variable.name == "kernel":
                array[rng.uniform(size=array.shape) < zeros] = 0
            arrays.append(np.abs(array) + 0.5 if variable.name in ("gamma", "moving_variance") else array)
        layer.set_weights(arrays)
    return model


def every_layer(dtype: str = "float32", zeros: float = 0.0) -> proxnet.Sequential:
    """A network with every kind of layer."""
    before, behind = (
        layers.Normalization(),
        layers.Normalization(mean=[0.1, -0.2, 0.3], variance=[0.04, 0.01, 0.09], invert=True),
    )
    before.adapt(rows_of() * 3 + 5)
    stack = [
        proxnet.Input((COLUMNS,)),
        before,
        layers.Flatten(),
        layers.Dense(16, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dropout(0.3),
        layers.Dense(9, activation="tanh"),
        layers.BatchNormalization(center=False, epsilon=0.01),
        layers.ActivityRegularization(l1=0.1),
        layers.Dense(8, activation="silu"),
        layers.BatchNormalization(scale=False),
        layers.ELU(),
        layers.LeakyReLU(),
        layers.Dense(3),
        behind,
        layers.Softmax(),
    ]
    return with_weights(proxnet.Sequential(stack, dtype=dtype), zeros)


def one_activation(activation: activations.Activation, dtype: str = "float32") -> proxnet.Sequential:
    """Two dense layers, the first with this activation."""
    stack = [proxnet.Input((COLUMNS,)), layers.Dense(10, activation=activation), layers.Dense(3)]
    return with_weights(proxnet.Sequential(stack, dtype=dtype))


def linear_estimators(classes: int = 3) -> list[Any]:
    """An estimator of every class of proxnet.linear_model, not fitted."""
    groups = [[k, k + 1] for k in range(0, COLUMNS, 2)]
    made = []
    for name in linear_model.__all__:
        cls = getattr(linear_model, name)
        if not isinstance(cls, type):
            continue
        arguments: tuple[Any, ...] = (groups,) if "Group" in name else ()
        made.append(cls(*arguments))
    return [*made, linear_model.PenalizedRegressor(proxnet.regularizers.MCP(0.01), loss="poisson")]


def fitted(estimator: Any, labels: str = "numbers", classes: int = 3) -> Any:
    """The estimator fitted to rows with targets of its kind; labels: "numbers" or "strings"."""
    rng = np.random.default_rng(11)
    x = rng.normal(size=(120, COLUMNS)) * 2 + 3
    scores = (x - 3) @ rng.normal(size=(COLUMNS, classes)) + rng.normal(size=(120, classes))
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    name = type(last).__name__
    if last._estimator_type == "classifier":
        y = scores[:, :classes].argmax(axis=1) if classes > 2 else (scores[:, 0] > 0).astype(int)
        y = np.array(["ant", "bee", "cat"])[y] if labels == "strings" else y * 2 + 5
    elif "MultiTask" in name:
        y = scores
    elif name == "PoissonRegressor" or getattr(last, "loss", "") == "poisson":
        y = rng.poisson(np.exp(scores[:, 0] * 0.1))
    else:
        y = scores[:, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(x, y)
