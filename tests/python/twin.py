"""A plain NumPy twin of the core: forward, backward, Keras' optimizers, and the proximal step in their metrics."""

from __future__ import annotations

import numpy as np


def activate(name, z):
    if name == "relu":
        return np.maximum(z, 0)
    if name == "sigmoid":
        return 0.5 * (1 + np.tanh(0.5 * z))
    if name == "tanh":
        return np.tanh(z)
    if name == "softmax":
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return z


def activation_gradient(name, a, upstream):
    """dL/dz from dL/da."""
    if name == "relu":
        return upstream * (a > 0)
    if name == "sigmoid":
        return upstream * a * (1 - a)
    if name == "tanh":
        return upstream * (1 - a * a)
    if name == "softmax":
        return a * (upstream - (upstream * a).sum(axis=1, keepdims=True))
    return upstream


def one_hot(y, classes):
    return np.eye(classes)[y.reshape(-1).astype(int)]


def row_losses(loss, p, y, epsilon=1e-7):
    if loss == "mse":
        return ((p - y) ** 2).mean(axis=1)
    q = np.clip(p, epsilon, 1 - epsilon)
    if loss == "binary_crossentropy":
        return -(y * np.log(q) + (1 - y) * np.log(1 - q)).mean(axis=1)
    if loss == "sparse_categorical_crossentropy":
        y = one_hot(y, p.shape[1])
    return -(y * np.log(q)).sum(axis=1)


def logit_gradient(loss, activation, p, y):
    """dL/dz of the last layer, a row each, not yet divided by the number of rows."""
    if loss == "mse":
        return activation_gradient(activation, p, 2 * (p - y) / p.shape[1])
    if loss == "binary_crossentropy":
        assert activation == "sigmoid"
        return (p - y) / p.shape[1]
    assert activation == "softmax"
    return p - (one_hot(y, p.shape[1]) if loss == "sparse_categorical_crossentropy" else y)


def prox(point, metric, l1, l2):
    """argmin_u l1 |u| + l2 u^2 + (u - point)^2 / (2 metric)."""
    threshold = l1 * metric
    return (point - np.clip(point, -threshold, threshold)) / (1 + 2 * l2 * metric)


class Update:
    """One array of weights under one optimizer: Keras' recursion, and the metric beside it."""

    def __init__(self, optimizer, l1=0.0, l2=0.0, proximal=True):
        self.o, self.l1, self.l2, self.proximal = optimizer, l1, l2, proximal
        self.t = 0
        self.m = self.v = self.g = self.s = 0.0

    def __call__(self, w, gradient):
        if not self.proximal:
            gradient = gradient + self.l1 * np.sign(w) + 2 * self.l2 * w
        self.t += 1
        move, metric = getattr(self, "_" + type(self.o).__name__.lower())(gradient)
        point = w + move
        return prox(point, metric, self.l1, self.l2) if self.proximal else point

    def _sgd(self, g):
        o = self.o
        self.m = o.momentum * self.m - o.learning_rate * g
        self.s = o.momentum * self.s + o.learning_rate
        if o.nesterov:
            return o.momentum * self.m - o.learning_rate * g, o.momentum * self.s + o.learning_rate
        return self.m, self.s

    def _adam(self, g):
        o = self.o
        self.m = self.m + (g - self.m) * (1 - o.beta_1)
        self.v = self.v + (g * g - self.v) * (1 - o.beta_2)
        metric = o.learning_rate * np.sqrt(1 - o.beta_2**self.t) / (np.sqrt(self.v) + o.epsilon)
        return -self.m * metric / (1 - o.beta_1**self.t), metric

    def _rmsprop(self, g):
        o = self.o
        self.v = o.rho * self.v + (1 - o.rho) * g * g
        self.g = o.rho * self.g + (1 - o.rho) * g
        metric = o.learning_rate / np.sqrt(self.v - (self.g**2 if o.centered else 0) + o.epsilon)
        self.m = o.momentum * self.m + metric * g
        self.s = o.momentum * self.s + metric
        return -self.m, self.s


class Twin:
    """Weights [kernel, bias, ...], names of activations, (l1, l2) of each array, a loss's name, a proxnet optimizer."""

    def __init__(self, weights, activations, penalties, loss, optimizer, proximal=True):
        self.weights = [np.array(w, dtype=np.float64) for w in weights]
        self.activations, self.penalties, self.loss = activations, penalties, loss
        self.updates = [Update(optimizer, l1, l2, proximal) for l1, l2 in penalties]

    def forward(self, x):
        outputs = [x]
        for i, name in enumerate(self.activations):
            outputs.append(activate(name, outputs[-1] @ self.weights[2 * i] + self.weights[2 * i + 1]))
        return outputs

    def penalty(self):
        return sum(
            l1 * np.abs(w).sum() + l2 * (w**2).sum() for w, (l1, l2) in zip(self.weights, self.penalties, strict=True)
        )

    def evaluate(self, x, y, weight=None):
        weight = np.ones(len(x)) if weight is None else weight
        return float((weight * row_losses(self.loss, self.forward(x)[-1], y)).mean() + self.penalty())

    def gradients(self, x, y, weight=None):
        weight = np.ones(len(x)) if weight is None else weight
        outputs = self.forward(x)
        dz = logit_gradient(self.loss, self.activations[-1], outputs[-1], y) * weight[:, None] / len(x)
        gradients = []
        for i in reversed(range(len(self.activations))):
            gradients[:0] = [outputs[i].T @ dz, dz.sum(axis=0)]
            if i:
                dz = activation_gradient(self.activations[i - 1], outputs[i], dz @ self.weights[2 * i].T)
        return gradients

    def step(self, x, y, weight=None):
        gradients = self.gradients(x, y, weight)
        self.weights = [update(w, g) for update, w, g in zip(self.updates, self.weights, gradients, strict=True)]
