"""Test accuracy against exact zeros: LeNet-300-100 on Fashion-MNIST, proxnet and gradual magnitude pruning.

ours     TargetSparsity by magnitude over the network, with the settings in RECIPE
pruning  gradual magnitude pruning with common settings: PLAIN, with torch's initial weights (needs jax)
same     gradual magnitude pruning with all of RECIPE except TargetSparsity (needs jax)

All train for the same number of epochs on all 60,000 rows, with pixels scaled to mean 0 and variance 1. A seed fixes
initial weights and shuffles, and differences are paired by seed. RECIPE, DECAY and the open settings of PLAIN were
chosen on the last 10,000 training rows (--validation); the test rows are used for the final figures only.

    python quality.py --json build/quality.json --plot benchmarks/quality.png
    python quality.py --targets 0.98 --seeds 2 --methods ours --validation

Runs that the JSON file already holds are not repeated.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import os
import statistics
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student

import proxnet
from proxnet.demo import load
from proxnet.layers import Dense, Normalization
from proxnet.losses import CategoricalCrossentropy
from proxnet.optimizers import AdamW
from proxnet.optimizers.schedules import CosineDecay
from proxnet.regularizers import TargetSparsity

WIDTHS = (784, 300, 100, 10)
BATCH = 128
GOALS = {0.9: 0.897, 0.95: 0.894, 0.98: 0.889}
RECIPE = {"learning_rate": 2e-3, "label_smoothing": 0.1, "end": 0.5}
DECAY = {
    0.5: 0.4,
    0.8: 0.4,
    0.9: 0.3,
    0.95: 0.2,
    0.98: 0.1,
    0.99: 0.1,
}  # weight decay by target sparsity: the fewer weights, the less
PLAIN = {"learning_rate": 1e-3, "end": 0.7, "initial": "torch"}
METHODS = ("ours", "pruning", "same")


def decay(sparsity: float) -> float:
    """The weight decay of the nearest sparsity in DECAY."""
    return DECAY[min(DECAY, key=lambda target: abs(target - sparsity))]


def rows(validation: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(x_train, labels, x_test, labels)."""
    data = load("fashion_mnist")
    if not validation:
        return data.x_train, data.y_train, data.x_test, data.y_test
    return data.x_train[:50000], data.y_train[:50000], data.x_train[50000:], data.y_train[50000:]


def ours(x: np.ndarray, y: np.ndarray, sparsity: float, seed: int, epochs: int) -> proxnet.Sequential:
    """The trained recipe; the first layer scales pixels by one mean and one variance over all of them."""
    proxnet.set_random_seed(seed)
    scale = Normalization(axis=None)
    scale.adapt(x)

    def dense(units: int, activation: str) -> Dense:
        target = TargetSparsity(sparsity, scope="network", end=RECIPE["end"])
        return Dense(units, activation, kernel_regularizer=target)

    model = proxnet.Sequential([scale, dense(300, "relu"), dense(100, "relu"), dense(10, "softmax")])
    steps = epochs * -(-len(x) // BATCH)
    rate = CosineDecay(RECIPE["learning_rate"], steps)
    loss = CategoricalCrossentropy(label_smoothing=RECIPE["label_smoothing"])
    model.compile(AdamW(rate, weight_decay=decay(sparsity)), loss)
    model.fit(x, np.eye(WIDTHS[-1], dtype=np.float32)[y], batch_size=BATCH, epochs=epochs, verbose=0)
    return model


def run(method: str, sparsity: float, seed: int, epochs: int, validation: bool) -> dict[str, Any]:
    """One training, in its own process on one thread."""
    x, y, x_test, y_test = rows(validation)
    if method == "ours":
        proxnet.set_num_threads(1)
        model = ours(x, y, sparsity, seed, epochs)
        accuracy = float((model.predict(x_test, verbose=0).argmax(axis=1) == y_test).mean())
        zeros = model.sparsity().total.zero_fraction
    else:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
        from magnitude_pruning import MagnitudePruning

        settings = RECIPE | {"weight_decay": decay(sparsity)} if method == "same" else PLAIN
        mean, deviation = x.mean(), x.std()
        rival = MagnitudePruning(WIDTHS, sparsity, seed, epochs, BATCH, **settings).fit((x - mean) / deviation, y)
        accuracy, zeros = rival.accuracy((x_test - mean) / deviation, y_test), rival.zero_fraction()
    return {"method": method, "sparsity": sparsity, "seed": seed, "accuracy": accuracy, "zeros": zeros}


def interval(values: list[float]) -> str:
    """Mean and half width of the 95 % confidence interval by Student's t."""
    mean = statistics.fmean(values)
    if len(values) < 2:
        return f"{mean:+.4f}"
    half = student.ppf(0.975, len(values) - 1) * statistics.stdev(values) / len(values) ** 0.5
    return f"{mean:+.4f} +- {half:.4f}"


def report(results: list[dict[str, Any]], targets: list[float], methods: list[str]) -> None:
    """Accuracy per seed, means, and the paired differences ours minus each peer."""
    for target in targets:
        by_seed = {m: {r["seed"]: r for r in results if r["method"] == m and r["sparsity"] == target} for m in methods}
        goal = f", goal {GOALS[target]}" if target in GOALS else ""
        print(f"\n{100 * target:g} % zeros{goal}")
        for method, found in by_seed.items():
            if not found:
                continue
            accuracies = [found[seed]["accuracy"] for seed in sorted(found)]
            zeros = sorted({f"{r['zeros']:.5f}" for r in found.values()})
            line = " ".join(f"{a:.4f}" for a in accuracies)
            print(f"  {method:8} mean {statistics.fmean(accuracies):.4f}  zeros {'/'.join(zeros)}  seeds {line}")
        for rival in methods:
            seeds = sorted(set(by_seed.get("ours", {})) & set(by_seed[rival]))
            if rival == "ours" or not seeds:
                continue
            pairs = [by_seed["ours"][s]["accuracy"] - by_seed[rival][s]["accuracy"] for s in seeds]
            print(f"  ours - {rival:8} {interval(pairs)}  ({len(seeds)} pairs, 95 %)")


def draw(results: list[dict[str, Any]], methods: list[str], file: Path) -> None:
    """Plots mean accuracy of each method against sparsity, with a dot per seed and the goals as stars."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    targets = sorted({r["sparsity"] for r in results})
    figure, axes = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
    labels = {
        "ours": "proxnet, TargetSparsity",
        "pruning": "gradual magnitude pruning",
        "same": "gradual magnitude pruning, our settings",
    }
    for method, color in zip(METHODS, ("#2a6f97", "#bc4b51", "#f4a259"), strict=True):
        points = {t: [r["accuracy"] for r in results if r["method"] == method and r["sparsity"] == t] for t in targets}
        points = {t: values for t, values in points.items() if values and method in methods}
        places = [targets.index(t) for t in points]
        axes.plot(places, [statistics.fmean(v) for v in points.values()], color=color, label=labels[method])
        for place, values in zip(places, points.values(), strict=True):
            axes.plot([place] * len(values), values, ".", color=color, markersize=4, alpha=0.6)
    goals = {t: goal for t, goal in GOALS.items() if t in targets}
    axes.plot([targets.index(t) for t in goals], list(goals.values()), "k*", markersize=8, label="goal")
    axes.set_xticks(range(len(targets)), [f"{100 * t:g} %" for t in targets])
    axes.set_xlabel("exact zeros among the 266,200 weights of the kernels")
    axes.set_ylabel("test accuracy")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="lower left")
    figure.savefig(file, dpi=110)


def main() -> None:
    """Runs the missing trainings and prints the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=float, nargs="+", default=[0.5, 0.8, 0.9, 0.95, 0.98, 0.99])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--validation", action="store_true", help="measure on the last 10,000 training rows")
    parser.add_argument("--workers", type=int, default=2, help="trainings at once, one thread each")
    parser.add_argument("--json", type=Path, default=Path("quality.json"))
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    methods = arguments.methods
    if importlib.util.find_spec("jax") is None:
        for name in [m for m in methods if m != "ours"]:
            print(f"{name} is left out: jax is not installed")
        methods = [m for m in methods if m == "ours"]

    about = {
        "epochs": arguments.epochs,
        "validation": arguments.validation,
        "recipe": RECIPE,
        "decay": list(DECAY.items()),
        "plain": PLAIN,
    }
    results: list[dict[str, Any]] = []
    if arguments.json.exists():
        stored = json.loads(arguments.json.read_text())
        if stored["about"] != json.loads(json.dumps(about)):
            parser.error(f"{arguments.json} holds runs with other settings: {stored['about']}")
        results = stored["results"]
    done = {(r["method"], r["sparsity"], r["seed"]) for r in results}
    wanted = [(m, t, s) for t in arguments.targets for s in range(arguments.seeds) for m in methods]
    with ProcessPoolExecutor(arguments.workers, multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(run, *key, arguments.epochs, arguments.validation) for key in wanted if key not in done]
        for future in as_completed(futures):
            results.append(future.result())
            print(json.dumps(results[-1]), flush=True)
            arguments.json.write_text(json.dumps({"about": about, "results": results}, indent=1))
    report(results, arguments.targets, methods)
    if arguments.plot:
        draw(results, methods, arguments.plot)


if __name__ == "__main__":
    main()
