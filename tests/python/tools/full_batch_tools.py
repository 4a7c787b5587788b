"""Small problems and models for the optimizers that take all rows in every step."""

import numpy as np

import proxnet
from proxnet.layers import Dense
from proxnet.optimizers import FISTA


def regression(rows=120, inputs=30, outputs=1, seed=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, inputs))
    x[:, 1::3] += 0.7 * x[:, ::3]
    truth = np.zeros((inputs, outputs))
    truth[:6] = rng.normal(size=(6, outputs))
    return x, x @ truth + 0.5 * rng.normal(size=(rows, outputs)) + 2


def classes(rows=150, inputs=8, seed=4):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, inputs))
    return x, (x[:, 0] - 2 * x[:, 1] + rng.normal(size=rows) > 0).astype(float)


def linear(regularizer, x, y, optimizer=None, epochs=300, dtype="float64", **arguments):
    proxnet.set_random_seed(1)
    layer = Dense(y.shape[1], kernel_regularizer=regularizer, name="w", **arguments)
    model = proxnet.Sequential([layer], dtype=dtype)
    model.compile(optimizer or FISTA(), "mse")
    model.fit(x, y, epochs=epochs, verbose=0)
    return model, layer


def mlp(optimizer, seed=2, dtype="float64", width=12, regularizer=None):
    proxnet.set_random_seed(seed)
    model = proxnet.Sequential([Dense(width, activation="tanh", kernel_regularizer=regularizer), Dense(1)], dtype=dtype)
    model.compile(optimizer, "mse", metrics=["mae"])
    return model


def strength_max(regularizer, x, y):
    """`regularizer.strength_max` for the mean squared error, at zero weights and the best bias."""
    return regularizer.strength_max(2 * (x - x.mean(axis=0)).T @ (y.mean(axis=0) - y) / y.size)
