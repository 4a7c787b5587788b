"""Training speed: the same networks on the same data for proxnet and its peers, one epoch a run.

Adam(1e-3, epsilon 1e-7) and L1 on every kernel, float32, relu hidden layers, equal first weights, shuffled batches.
Every contestant minimises mean loss + strength * sum|w|; the objective in the table is computed here, from each one's
weights after the same number of epochs, so that one who does something else is seen.

    python training.py --only seed100 lenet300 --threads 1 --json one_thread.json
    python training.py --prox-cost
"""

from __future__ import annotations

import argparse
import itertools
import math
import time
import warnings
from dataclasses import asdict, dataclass
from typing import Any

import harness
import numpy as np
from harness import Contestant

LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
CHECKED_ROWS = 4096  # of the data, for the objective


@dataclass(frozen=True)
class Workload:
    """A network and its data: one output is a sigmoid with binary cross-entropy, more are a softmax."""

    name: str
    widths: tuple[int, ...]
    batch: int
    steps: int  # of an epoch: about 0.1 to 1 s of the fastest peer

    @property
    def flop(self) -> float:
        """Of one step: three products a layer, but no input gradient for the first."""
        products = sum(a * b for a, b in itertools.pairwise(self.widths))
        return 2.0 * self.batch * (3 * products - self.widths[0] * self.widths[1])

    @property
    def title(self) -> str:
        net = "-".join(map(str, self.widths))
        return f"{self.name}: {net}, batch {self.batch}, {self.steps} steps of {self.flop / 1e9:.3g} GFLOP a run"

    def data(self, tiny_inputs: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Noise with a planted answer: the classes are those of a random linear map of the first inputs.

        `tiny_inputs`: the share of inputs, the last ones, that are too small to be worth a weight.
        """
        rng = np.random.default_rng(20)
        x = rng.standard_normal((self.batch * self.steps, self.widths[0]), dtype=np.float32)
        informative = x[:, : min(64, self.widths[0] // 2)]
        planted = rng.standard_normal((informative.shape[1], max(2, self.widths[-1])), dtype=np.float32)
        noise = rng.standard_normal((len(x), planted.shape[1]), dtype=np.float32)
        y = (informative @ planted + noise).argmax(1).astype(np.int32)
        x[:, self.widths[0] - round(tiny_inputs * self.widths[0]) :] *= np.float32(1e-4)
        return x, y

    def first_weights(self) -> list[np.ndarray]:
        """Kernel, bias, kernel, bias, ...: Glorot's uniform."""
        rng, weights = np.random.default_rng(7), []
        for inputs, units in itertools.pairwise(self.widths):
            limit = math.sqrt(6 / (inputs + units))
            weights += [rng.uniform(-limit, limit, (inputs, units)).astype(np.float32), np.zeros(units, np.float32)]
        return weights


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("seed30", (30, 128, 64, 1), 128, 2048),
        Workload("seed100", (100, 128, 64, 1), 128, 1024),
        Workload("lenet300", (784, 300, 100, 10), 128, 512),
        Workload("mlp1024", (784, 1024, 1024, 10), 256, 32),
        Workload("mlp4096", (4096, 4096, 4096, 10), 512, 4),
        Workload("genes", (7129, 64, 2), 32, 256),
    )
}


def objective(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray, strength: float) -> float:
    """Mean loss over the first rows + strength * sum|w| of the kernels, the same arithmetic for all."""
    x, y = x[:CHECKED_ROWS], y[:CHECKED_ROWS]
    for kernel, bias in zip(weights[0:-2:2], weights[1:-2:2], strict=True):
        x = np.maximum(x @ kernel + bias, 0)
    z = (x @ weights[-2] + weights[-1]).astype(np.float64)
    if z.shape[1] == 1:
        loss = np.logaddexp(0, z[:, 0]) - y * z[:, 0]
    else:
        loss = np.logaddexp.reduce(z, axis=1) - z[np.arange(len(y)), y]
    return float(loss.mean() + strength * sum(np.abs(kernel).sum(dtype=np.float64) for kernel in weights[::2]))


class Session:
    """What the contestants share: data, first weights, steps, and the report."""

    def __init__(self, workload: dict[str, Any], strength: float, tiny_inputs: float = 0.0) -> None:
        self.workload, self.strength = Workload(**workload), strength
        self.x, self.y = self.workload.data(tiny_inputs)
        self.first = self.workload.first_weights()
        self.batch, self.steps, self.flop = self.workload.batch, self.workload.steps, self.workload.flop
        self.configuration = ""

    def weights(self) -> list[np.ndarray]:
        """Kernel, bias, ... now."""
        raise NotImplementedError

    def report(self) -> dict[str, Any]:
        weights = self.weights()
        zeros = sum(int((kernel == 0).sum()) for kernel in weights[::2]) / sum(kernel.size for kernel in weights[::2])
        return {"objective": objective(weights, self.x, self.y, self.strength), "zeros": zeros}


# ----------------------------------------------------------------------------------------- proxnet, and Keras on JAX


class KerasFit(Session):
    """`model.fit` as a user calls it: the same lines for proxnet and for Keras, but for two things.

    Keras goes without metrics, which it computes batch by batch. And it takes logits: it cuts probabilities off at 1e-7,
    where the gradient then is 0, and on mlp4096 does not train at all (the objective goes from 48 to 160).
    """

    def __init__(self, package: str, penalty: str = "l1", epsilon: float = EPSILON, **settings: Any) -> None:
        super().__init__(**settings)
        keras = __import__(package)
        keras.utils.set_random_seed(1) if package == "keras" else keras.set_random_seed(1)
        l1, l2 = self.strength * (penalty != "none"), self.strength * (penalty == "l1_l2")
        regularizer = {
            "none": lambda: None,
            "l1": lambda: keras.regularizers.L1(l1),
            "l1_l2": lambda: keras.regularizers.L1L2(l1=l1, l2=l2),
        }[penalty]
        widths, ours = self.workload.widths, package == "proxnet"
        self.model = keras.Sequential([keras.Input((widths[0],))])
        for units in widths[1:-1]:
            self.model.add(keras.layers.Dense(units, activation="relu", kernel_regularizer=regularizer()))
        binary = widths[-1] == 1
        if ours:
            last: str | None = "sigmoid" if binary else "softmax"
            loss: Any = "binary_crossentropy" if binary else "sparse_categorical_crossentropy"
        else:
            kind = keras.losses.BinaryCrossentropy if binary else keras.losses.SparseCategoricalCrossentropy
            last, loss = None, kind(from_logits=True)
        self.model.add(keras.layers.Dense(widths[-1], activation=last, kernel_regularizer=regularizer()))
        self.model.compile(
            optimizer=keras.optimizers.Adam(LEARNING_RATE, BETA_1, BETA_2, epsilon),
            loss=loss,
            metrics=["accuracy"] if ours else None,
        )
        self.model.set_weights(self.first)
        isa = keras.build_info()["isa"] if ours else ""
        about = f"accuracy on, {isa}" if ours else f"no metrics, from_logits, jit_compile={self.model.jit_compile}"
        self.configuration = f"fit(verbose=0, shuffle=True), penalty {penalty}, {about}"

    def run(self) -> None:
        self.model.fit(self.x, self.y, batch_size=self.batch, epochs=1, verbose=0, shuffle=True)

    def weights(self) -> list[np.ndarray]:
        return self.model.get_weights()

    def report(self) -> dict[str, Any]:
        about = super().report()
        if hasattr(self.model, "sparsity"):
            total = self.model.sparsity().total
            about |= {"inputs_used": total.inputs_used / total.inputs, "units_alive": total.units_alive / total.units}
        return about


# --------------------------------------------------------------------------------------------------------------- JAX


class Jax(Session):
    """A compiled epoch: `lax.scan` over the batches, with Adam written out and all buffers donated.

    The rows of a batch are gathered inside the scan or all before it: which is faster depends on the workload and the
    threads, so unless `gather` says which, both are tried on the spot, and the faster one starts anew and takes part.
    """

    TRIALS = 5

    def __init__(self, gather: str | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        import jax
        import jax.numpy as jnp

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

        self._jax, self._jnp = jax, jnp
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
        """The name of the fastest, and what was measured."""
        times = dict.fromkeys(epochs, math.inf)
        for trial in range(1 + self.TRIALS):  # the first of them compiles
            for name, self._epoch in epochs.items():
                start = time.perf_counter()
                self.run()
                if trial:
                    times[name] = min(times[name], time.perf_counter() - start)
        text = ", ".join(f"{name} {1e6 * seconds / self.steps:.0f} us" for name, seconds in times.items())
        return min(times, key=times.__getitem__), f" (tried: {text})"

    def _reset(self) -> None:
        def zeros() -> list[Any]:
            return [self._jnp.zeros_like(weight) for weight in self.first]

        self._state = ([self._jnp.array(weight) for weight in self.first], zeros(), zeros(), self._jnp.float32(0))

    def run(self) -> None:
        order = self._random.permutation(len(self.y)).astype(np.int32)
        self._state, losses = self._epoch(self._state, self._x, self._y, order)
        self._jax.block_until_ready((self._state, losses))

    def weights(self) -> list[np.ndarray]:
        return [np.asarray(weight) for weight in self._state[0]]


# ------------------------------------------------------------------------------------------------------------- torch


class Torch(Session):
    """The ordinary training loop with Adam's fused kernel, as it is or with the objective compiled."""

    def __init__(self, compiled: bool, **settings: Any) -> None:
        super().__init__(**settings)
        import os

        import torch

        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        torch.manual_seed(1)
        nn, widths = torch.nn, self.workload.widths
        layers: list[Any] = []
        for inputs, units in itertools.pairwise(widths):
            layers += [nn.Linear(inputs, units), nn.ReLU()]
        self.model = nn.Sequential(*layers[:-1])
        self._linear = layers[::2]
        with torch.no_grad():
            for layer, kernel, bias in zip(self._linear, self.first[::2], self.first[1::2], strict=True):
                layer.weight.copy_(torch.from_numpy(kernel.T.copy()))
                layer.bias.copy_(torch.from_numpy(bias))
        parameters = self.model.parameters()
        self._optimizer = torch.optim.Adam(parameters, LEARNING_RATE, (BETA_1, BETA_2), EPSILON, fused=True)
        binary = widths[-1] == 1
        loss = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
        self._x = torch.from_numpy(self.x)
        self._y = torch.from_numpy(self.y.astype(np.float32)[:, None] if binary else self.y.astype(np.int64))
        self._torch = torch

        def objective(x: Any, y: Any) -> Any:
            penalty = sum(layer.weight.abs().sum() for layer in self._linear)
            return loss(self.model(x), y) + self.strength * penalty

        self._objective = torch.compile(objective) if compiled else objective
        how = "objective compiled by inductor" if compiled else "eager"
        capability = torch.backends.cpu.get_cpu_capability()
        self.configuration = f"{how}, Adam(fused=True), {torch.get_num_threads()} thread(s), {capability}"

    def run(self) -> None:
        order = self._torch.randperm(len(self._y))
        for rows in order.split(self.batch):
            loss = self._objective(self._x[rows], self._y[rows])
            self._optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self._optimizer.step()

    def weights(self) -> list[np.ndarray]:
        pairs = [(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in self._linear]
        return [array for pair in pairs for array in pair]


# ------------------------------------------------------------------------------------------------------ scikit-learn


class Sklearn(Session):
    """`MLPClassifier.partial_fit`, which is one epoch; it has no L1, so its objective stands apart."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        from sklearn.neural_network import MLPClassifier
        from threadpoolctl import threadpool_info

        self.model = MLPClassifier(
            self.workload.widths[1:-1],
            batch_size=self.batch,
            alpha=self.strength,
            learning_rate_init=LEARNING_RATE,
            epsilon=EPSILON,
            random_state=1,
        )
        self.model.partial_fit(self.x[: self.batch], self.y[: self.batch], classes=np.unique(self.y))
        self.model.coefs_[:] = [kernel.copy() for kernel in self.first[::2]]
        self.model.intercepts_[:] = [bias.copy() for bias in self.first[1::2]]
        blas = [pool.get("architecture", "") for pool in threadpool_info() if pool["user_api"] == "blas"]
        self.configuration = f"MLPClassifier.partial_fit, L2 and no L1, OpenBLAS kernels {blas[0] if blas else '?'}"

    def run(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.model.partial_fit(self.x, self.y)

    def weights(self) -> list[np.ndarray]:
        pairs = zip(self.model.coefs_, self.model.intercepts_, strict=True)
        return [array for pair in pairs for array in pair]


# ------------------------------------------------------------------------------------------------------ the programme


def peers(workload: Workload, strength: float, jax_gather: str | None) -> dict[str, Contestant]:
    """The peers of a workload by the names that --peers takes."""
    settings = {"workload": asdict(workload), "strength": strength}
    contestants = [
        Contestant("jax", "training", "Jax", settings | {"gather": jax_gather}, needs=("jax",)),
        Contestant("torch", "training", "Torch", settings | {"compiled": False}, needs=("torch",)),
        Contestant("torch-compile", "training", "Torch", settings | {"compiled": True}, needs=("torch",)),
        Contestant("keras-jax", "training", "KerasFit", settings | {"package": "keras"}, needs=("keras", "jax")),
    ]
    if workload.name in ("seed100", "lenet300"):
        contestants.append(Contestant("sklearn", "training", "Sklearn", settings, needs=("sklearn",)))
    return {contestant.name: contestant for contestant in contestants}


def ours(workload: Workload, strength: float, penalty: str, name: str = "proxnet", **more: Any) -> Contestant:
    """proxnet's contestant."""
    settings = {"workload": asdict(workload), "strength": strength, "package": "proxnet", "penalty": penalty}
    return Contestant(name, "training", "KerasFit", settings | more)


def prox_cost(workload: Workload, strength: float) -> list[Contestant]:
    """The same step without a penalty, with L1 and with the elastic net."""
    return [ours(workload, strength, penalty, f"proxnet {penalty}") for penalty in ("none", "l1", "l1_l2")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser)
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), help="workloads (all)")
    names = ("jax", "torch", "torch-compile", "keras-jax", "sklearn")
    parser.add_argument("--peers", nargs="*", choices=names, default=names, metavar="PEER", help=f"of {names} (all)")
    parser.add_argument(
        "--jax-gather", choices=("inside", "before"), help="JAX' rows: inside the scan or before (tried)"
    )
    parser.add_argument("--penalty", choices=("none", "l1", "l1_l2"), default="l1", help="ours (l1, as the peers')")
    parser.add_argument("--strength", type=float, help="of the penalties (1e-4; 1e-9 for --prox-cost: no zeros yet)")
    parser.add_argument("--prox-cost", action="store_true", help="no peers: ours without a penalty, with L1, with both")
    options = parser.parse_args()
    strength = options.strength if options.strength is not None else 1e-9 if options.prox_cost else 1e-4

    about = harness.machine()
    harness.print_machine(about)
    results = []
    for name in options.only:
        workload = WORKLOADS[name]
        if options.prox_cost:
            contestants = prox_cost(workload, strength)
        else:
            offered = peers(workload, strength, options.jax_gather)
            chosen = [peer for key, peer in offered.items() if key in options.peers]
            contestants = [ours(workload, strength, options.penalty), *chosen]
        result = harness.measure(workload.title, harness.available(contestants), options)
        result |= {"workload": name, "strength": strength}
        harness.print_result(result)
        results.append(result)
        if options.json:
            harness.write_json(options.json, about, results)


if __name__ == "__main__":
    main()
