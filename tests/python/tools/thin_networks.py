"""Networks some of whose inputs, units and single weights are zero, and rows for them."""

import numpy as np

import proxnet
from proxnet.layers import Activation, BatchNormalization, ColumnSelection, Dense, Dropout, Normalization
from proxnet.regularizers import L1, GroupL1

__all__ = ["X", "Y", "recipes", "thinned"]

X = np.random.default_rng(0).normal(size=(70, 12)).astype("f")
Y = (X[:, :2] > 0).astype("f")


def thinned(layers, dtype="float32", shape=(12,), zeros=0.5):
    """A compiled model, some of whose inputs, units and single weights are zero."""
    model = proxnet.Sequential([proxnet.Input(shape), *layers], dtype=dtype)
    rng = np.random.default_rng(1)
    weights = model.get_weights()
    for array in weights:
        if array.ndim == 2:
            array *= rng.random(array.shape) >= zeros
            array[rng.random(array.shape[0]) < zeros / 2] = 0
            array[:, rng.random(array.shape[1]) < zeros / 2] = 0
    model.set_weights(weights)
    model.compile("adam", "mse")
    return model


def recipes():
    factors = np.linspace(1, 2, 12).tolist()
    yield [Dense(20, "relu", kernel_regularizer=L1(1e-3, factors=factors)), Dropout(0.2), Dense(8, "tanh"), Dense(2)]
    yield [Normalization(mean=X.mean(0), variance=X.var(0)), Dense(9, "tanh"), BatchNormalization(), Dense(2)]
    groups = [[0, 1, 2], [3, 7], [4, 5, 6, 8], [9, 10, 11]]
    yield [Dense(15, kernel_regularizer=GroupL1(1e-3, groups=groups)), Activation("relu"), Dense(2, use_bias=False)]
    yield [ColumnSelection([1, 4, 5, 9, 11]), Dense(14, "sigmoid"), Dense(2, "softmax")]
