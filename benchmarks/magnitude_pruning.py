"""Gradual magnitude pruning [Zhu and Gupta, 2017] of a relu network, in JAX: the peer of `quality.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

__all__ = ["MagnitudePruning"]


@dataclass
class MagnitudePruning:
    """Every `interval` steps the smallest remaining weights are set to zero for good.

    The sparsity grows along a cubic over the first fraction `end` of the training.

    The optimizer is Adam with decoupled weight decay of kernels and biases and a cosine learning rate; the loss is
    softmax cross-entropy.
    """

    widths: tuple[int, ...]
    sparsity: float
    seed: int
    epochs: int
    batch_size: int = 128
    end: float = 0.7
    interval: int = 100
    scope: str = "network"  # or "layer"
    initial: str = "glorot"  # or "torch": what nn.Linear draws
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    label_smoothing: float = 0.0

    def fit(self, x: np.ndarray, labels: np.ndarray) -> MagnitudePruning:
        """Trains on rows of x, shape (n, widths[0]), and class numbers, shape (n,)."""
        steps = -(-len(x) // self.batch_size)
        random = np.random.default_rng(self.seed)
        kernels, biases = [], []
        for fan_in, fan_out in zip(self.widths[:-1], self.widths[1:], strict=True):
            limit = np.sqrt(6 / (fan_in + fan_out)) if self.initial == "glorot" else fan_in**-0.5
            kernels.append(jnp.asarray(random.uniform(-limit, limit, (fan_in, fan_out)), jnp.float32))
            biases.append(jnp.zeros(fan_out, jnp.float32))
        weights = (kernels, biases)
        zeros = jax.tree.map(jnp.zeros_like, weights)
        state = (weights, zeros, jax.tree.map(jnp.zeros_like, weights), [jnp.ones_like(k) for k in kernels], 0)
        inputs, targets = jnp.asarray(x, jnp.float32), jnp.asarray(labels, jnp.int32)
        epoch = jax.jit(self._epoch(steps), donate_argnums=0)
        for _ in range(self.epochs):
            # A short last batch is padded with rows of weight 0.
            order = np.full(steps * self.batch_size, -1, np.int32)
            order[: len(x)] = random.permutation(len(x))
            state = epoch(state, inputs, targets, order.reshape(steps, self.batch_size))
        self.kernels = [np.asarray(k) for k in state[0][0]]
        self.biases = [np.asarray(b) for b in state[0][1]]
        return self

    def accuracy(self, x: np.ndarray, labels: np.ndarray) -> float:
        """The fraction of rows whose largest logit is the one of their class."""
        for kernel, bias in zip(self.kernels[:-1], self.biases[:-1], strict=True):
            x = np.maximum(x @ kernel + bias, 0)
        return float(((x @ self.kernels[-1] + self.biases[-1]).argmax(axis=1) == labels).mean())

    def zero_fraction(self) -> float:
        """The fraction of kernel weights that are exactly zero."""
        return sum((k == 0).sum() for k in self.kernels) / sum(k.size for k in self.kernels)

    def _masks(self, kernels: list[Any], part: Any) -> list[Any]:
        share = self.sparsity * (1 - (1 - part) ** 3)
        groups = [kernels] if self.scope == "network" else [[k] for k in kernels]
        masks = []
        for group in groups:
            ordered = jnp.sort(jnp.concatenate([jnp.abs(k).ravel() for k in group]))
            count = jnp.round(share * ordered.size).astype(jnp.int32)
            threshold = jnp.where(count > 0, ordered[jnp.maximum(count - 1, 0)], -1.0)
            masks += [(jnp.abs(k) > threshold).astype(k.dtype) for k in group]
        return masks

    def _epoch(self, steps: int) -> Any:
        total = self.epochs * steps
        beta_1, beta_2, epsilon = 0.9, 0.999, 1e-7

        def loss(weights: Any, x: Any, labels: Any, counted: Any) -> Any:
            kernels, biases = weights
            for kernel, bias in zip(kernels[:-1], biases[:-1], strict=True):
                x = jax.nn.relu(x @ kernel + bias)
            log_probability = jax.nn.log_softmax(x @ kernels[-1] + biases[-1])
            classes = log_probability.shape[1]
            wanted = (1 - self.label_smoothing) * jax.nn.one_hot(labels, classes) + self.label_smoothing / classes
            return -jnp.sum(wanted * log_probability * counted[:, None]) / jnp.sum(counted)

        def step(state: Any, rows: Any, x: Any, labels: Any) -> Any:
            weights, means, squares, masks, t = state
            gradients = jax.grad(loss)(weights, x[rows], labels[rows], (rows >= 0).astype(jnp.float32))
            gradients = ([g * m for g, m in zip(gradients[0], masks, strict=True)], gradients[1])
            rate = self.learning_rate * 0.5 * (1 + jnp.cos(jnp.pi * t / total))
            t = t + 1
            means = jax.tree.map(lambda m, g: beta_1 * m + (1 - beta_1) * g, means, gradients)
            squares = jax.tree.map(lambda v, g: beta_2 * v + (1 - beta_2) * g * g, squares, gradients)
            adam = rate * jnp.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            keep = 1 - rate * self.weight_decay
            kernels, biases = jax.tree.map(
                lambda w, m, v: keep * w - adam * m / (jnp.sqrt(v) + epsilon), weights, means, squares
            )
            part = t / (self.end * total)
            last = round(self.end * total)
            prune = (t == last) | ((t % self.interval == 0) & (t < last))
            masks = jax.lax.cond(prune, lambda: self._masks(kernels, jnp.minimum(part, 1.0)), lambda: masks)
            kernels = [k * m for k, m in zip(kernels, masks, strict=True)]
            return (kernels, biases), means, squares, masks, t

        def epoch(state: Any, x: Any, labels: Any, order: Any) -> Any:
            return jax.lax.scan(lambda s, rows: (step(s, rows, x, labels), None), state, order)[0]

        return epoch
