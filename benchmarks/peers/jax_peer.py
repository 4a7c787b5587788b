"""JAX: the contestant that compiles an epoch."""

from __future__ import annotations

import math
import time
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from workloads import BETA_1, BETA_2, EPSILON, LEARNING_RATE, Session


class Jax(Session):
    """A compiled epoch: `lax.scan` over the batches, with Adam written out and all buffers donated.

    The rows of a batch are gathered inside the scan or all before it. Which is faster depends on the workload and the
    threads: unless `gather` is given, both are timed and the faster one takes part.
    """

    TRIALS = 5

    def __init__(self, gather: str | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        strength, batch, steps = self.strength, self.batch, self.steps
        binary = self.workload.widths[-1] == 1

        def objective(weights: list[Any], x: Any, y: Any) -> Any:
            for kernel, bias in zip(weights[0:-2:2], weights[1:-2:2], strict=True):
                x = jax.nn.relu(x @ kernel + bias)
            z = x @ weights[-2] + weights[-1]
            if binary:
                loss = jnp.mean(jnp.logaddexp(0.0, z) - y * z)
            else:
                loss = jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.sum(y * z, axis=1))
            return loss + strength * sum(jnp.sum(jnp.abs(kernel)) for kernel in weights[::2])

        def update(state: Any, batch: Any) -> Any:
            weights, means, squares, step = state
            loss, gradients = jax.value_and_grad(objective)(weights, *batch)
            step = step + 1
            rate = LEARNING_RATE * jnp.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
            means = [BETA_1 * m + (1 - BETA_1) * g for m, g in zip(means, gradients, strict=True)]
            squares = [BETA_2 * v + (1 - BETA_2) * g * g for v, g in zip(squares, gradients, strict=True)]
            moments = zip(weights, means, squares, strict=True)
            weights = [w - rate * m / (jnp.sqrt(v) + EPSILON) for w, m, v in moments]
            return (weights, means, squares, step), loss

        def compiled(gather: str) -> Any:
            def epoch(state: Any, x: Any, y: Any, order: Any) -> Any:
                order = order.reshape(steps, batch)
                if gather == "inside":
                    return jax.lax.scan(lambda s, rows: update(s, (x[rows], y[rows])), state, order)
                return jax.lax.scan(update, state, (x[order], y[order]))

            return jax.jit(epoch, donate_argnums=0)

        self._x = jnp.array(self.x)
        targets = self.y[:, None] if binary else self.y[:, None] == np.arange(self.workload.widths[-1])
        self._y = jnp.array(targets, jnp.float32)
        self._random = np.random.default_rng(1)
        self._reset()
        tried = ""
        if gather is None:
            gather, tried = self._faster({name: compiled(name) for name in ("inside", "before")})
            self._reset()
        self._epoch = compiled(gather)
        self.configuration = (
            f"jit, lax.scan over the epoch, rows gathered {gather} it{tried}, buffers donated, no metrics"
        )

    def _faster(self, epochs: dict[str, Any]) -> tuple[str, str]:
        """(name of the fastest, its timings)."""
        times = dict.fromkeys(epochs, math.inf)
        for trial in range(1 + self.TRIALS):  # the first trial compiles
            for name, self._epoch in epochs.items():
                start = time.perf_counter()
                self.run()
                if trial:
                    times[name] = min(times[name], time.perf_counter() - start)
        text = ", ".join(f"{name} {1e6 * seconds / self.steps:.0f} us" for name, seconds in times.items())
        return min(times, key=times.__getitem__), f" (tried: {text})"

    def _reset(self) -> None:
        def zeros() -> list[Any]:
            return [jnp.zeros_like(weight) for weight in self.first]

        self._state = ([jnp.array(weight) for weight in self.first], zeros(), zeros(), jnp.float32(0))

    def run(self) -> None:
        order = self._random.permutation(len(self.y)).astype(np.int32)
        self._state, losses = self._epoch(self._state, self._x, self._y, order)
        jax.block_until_ready((self._state, losses))

    def weights(self) -> list[np.ndarray]:
        return [np.asarray(weight) for weight in self._state[0]]
