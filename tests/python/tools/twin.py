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


def clipped(o, gradients):
    """The gradients after Keras' clipping, and each one's factor."""
    if o.clipvalue:
        return [np.clip(g, -o.clipvalue, o.clipvalue) for g in gradients], [1.0] * len(gradients)
    norms, limit = [np.linalg.norm(g) for g in gradients], o.clipnorm
    if o.global_clipnorm:
        norms, limit = [np.linalg.norm(norms)] * len(norms), o.global_clipnorm
    scales = [min(1.0, limit / max(norm, 1e-300)) if limit else 1.0 for norm in norms]
    return [g * scale for g, scale in zip(gradients, scales, strict=True)], scales


class Update:
    """One array of weights under one optimizer: Keras' recursion, and the metric beside it."""

    def __init__(self, optimizer, l1=0.0, l2=0.0, proximal=True, name="kernel"):
        self.o, self.l1, self.l2, self.proximal = optimizer, l1, l2, proximal
        self.decays = optimizer._decays(name)
        self.t = 0
        self.m = self.v = self.g = self.s = self.largest = self.average = 0.0
        self.total = getattr(optimizer, "initial_accumulator_value", 0.0)
        self.product = 1.0

    def penalised(self, w, gradient):
        """What Keras takes for the gradient."""
        return gradient if self.proximal else gradient + self.l1 * np.sign(w) + 2 * self.l2 * w

    def __call__(self, w, gradient, scale=1.0):
        """New weights; `gradient` is `penalised` and clipped, by the factor `scale` as the thresholds are."""
        o = self.o
        self.rate = o._schedule(self.t) if o._schedule else o.learning_rate
        self.t += 1
        if self.decays and o.weight_decay:
            w = w - o.weight_decay * self.rate * w
        self.w = w
        move, metric = getattr(self, "_" + type(o).__name__.lower())(gradient)
        w = w + move
        if self.proximal:
            w = prox(w, metric, scale * self.l1, scale * self.l2)
        if o.use_ema:
            momentum = o.ema_momentum if self.t > 1 else 0
            self.average = momentum * self.average + (1 - momentum) * w
            if o.ema_overwrite_frequency and self.t % o.ema_overwrite_frequency == 0:
                w = self.averaged(w)
        return w

    def averaged(self, w):
        return np.where(w == 0, 0, self.average) if self.proximal else self.average

    def _moments(self, g):
        self.m = self.m + (g - self.m) * (1 - self.o.beta_1)
        self.v = self.v + (g * g - self.v) * (1 - self.o.beta_2)

    def _sgd(self, g):
        o = self.o
        self.m = o.momentum * self.m - self.rate * g
        self.s = o.momentum * self.s + self.rate
        if o.nesterov:
            return o.momentum * self.m - self.rate * g, o.momentum * self.s + self.rate
        return self.m, self.s

    def _adam(self, g):
        o = self.o
        self._moments(g)
        self.largest = np.maximum(self.largest, self.v)
        root = np.sqrt(self.largest if o.amsgrad else self.v)
        metric = self.rate * np.sqrt(1 - o.beta_2**self.t) / (root + o.epsilon)
        return -self.m * metric / (1 - o.beta_1**self.t), metric

    _adamw = _adam

    def _nadam(self, g):
        o = self.o
        now, following = (o.beta_1 * (1 - 0.5 * 0.96**t) for t in (self.t, self.t + 1))
        self.product *= now
        self._moments(g)
        of_mean, of_gradient = following / (1 - self.product * following), (1 - now) / (1 - self.product)
        step = self.rate / (np.sqrt(self.v / (1 - o.beta_2**self.t)) + o.epsilon)
        metric = step * (of_mean * (1 - o.beta_1**self.t) + of_gradient)
        return -step * (of_mean * self.m + of_gradient * g), metric

    def _adamax(self, g):
        o = self.o
        self.m = self.m + (g - self.m) * (1 - o.beta_1)
        self.largest = np.maximum(o.beta_2 * self.largest, np.abs(g))
        metric = self.rate / (self.largest + o.epsilon)
        return -self.m * metric / (1 - o.beta_1**self.t), metric

    def _lion(self, g):
        o = self.o
        c = o.beta_1 * self.m + (1 - o.beta_1) * g
        unit = o.beta_1 * (1 - o.beta_2 ** (self.t - 1)) + 1 - o.beta_1
        self.m = o.beta_2 * self.m + (1 - o.beta_2) * g
        return -self.rate * np.sign(c), self.rate * unit / np.maximum(np.abs(c), 2.0**-50)

    def _adagrad(self, g):
        self.total = self.total + g * g
        metric = self.rate / np.sqrt(self.total + self.o.epsilon)
        return -metric * g, metric

    def _ftrl(self, g):
        o, w, power = self.o, self.w, -self.o.learning_rate_power
        after = self.total + g * g
        self.m = self.m + g + 2 * o.l2_shrinkage_regularization_strength * w
        self.m = self.m - (after**power - self.total**power) / self.rate * w
        self.total = after
        quadratic = after**power / self.rate + 2 * o.l2_regularization_strength + o.beta / self.rate
        l1 = o.l1_regularization_strength
        return (np.clip(self.m, -l1, l1) - self.m) / quadratic - w, self.t / quadratic

    def _rmsprop(self, g):
        o = self.o
        self.v = o.rho * self.v + (1 - o.rho) * g * g
        self.g = o.rho * self.g + (1 - o.rho) * g
        metric = self.rate / np.sqrt(self.v - (self.g**2 if o.centered else 0) + o.epsilon)
        self.m = o.momentum * self.m + metric * g
        self.s = o.momentum * self.s + metric
        return -self.m, self.s


class Twin:
    """Weights [kernel, bias, ...], names of activations, (l1, l2) of each array, a loss's name, a proxnet optimizer."""

    def __init__(self, weights, activations, penalties, loss, optimizer, proximal=True):
        self.weights = [np.array(w, dtype=np.float64) for w in weights]
        self.activations, self.penalties, self.loss = activations, penalties, loss
        names = ("kernel", "bias")
        self.updates = [Update(optimizer, *p, proximal, names[i % 2]) for i, p in enumerate(penalties)]

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
        gradients = [u.penalised(w, g) for u, w, g in zip(self.updates, self.weights, gradients, strict=True)]
        gradients, scales = clipped(self.updates[0].o, gradients)
        steps = zip(self.updates, self.weights, gradients, scales, strict=True)
        self.weights = [update(w, g, scale) for update, w, g, scale in steps]
