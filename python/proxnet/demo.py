"""The demo: one network, trained with and without an L1 penalty, by subgradient and by proximal steps."""

from __future__ import annotations

import gzip
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import callbacks, layers, random, regularizers, threads
from .models import Sequential
from .models.sparsity import SparsityReport

__all__ = ["Data", "Result", "Unavailable", "load", "run"]

FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")  # of Debian's package dataset-fashion-mnist


class Unavailable(Exception):
    """The data or a package that the demo needs is missing."""


@dataclass
class Data:
    """Training and test rows, and settings for them."""

    title: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    strength: float
    epochs: int
    batch_size: int = 64
    image_shape: tuple[int, int] | None = None

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.y_train.max()) + 1


@dataclass
class Result:
    """A trained network, and its reports during training."""

    name: str
    model: Sequential
    history: Any
    accuracy: float
    seconds: float
    reports: list[SparsityReport] = field(default_factory=list)


def load(name: str) -> Data:
    """The data of that name, split, with features in [0, 1] (images) or of variance 1."""
    if name == "fashion_mnist":
        return _fashion_mnist()
    try:
        from sklearn import datasets
        from sklearn.model_selection import train_test_split
    except ImportError as error:
        raise Unavailable("The demo's data come with scikit-learn: pip install 'proxnet[sklearn]'") from error
    load_rows = datasets.load_digits if name == "digits" else datasets.load_breast_cancer
    x, y = load_rows(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x.astype(np.float32), y, random_state=0, stratify=y)
    if name == "digits":
        title, shape = "Digits: images of 8 x 8 pixels", (8, 8)
        return Data(title, x_train / 16, y_train, x_test / 16, y_test, 1e-3, epochs=100, image_shape=shape)
    mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
    x_train, x_test = (x_train - mean) / deviation, (x_test - mean) / deviation
    return Data("Breast cancer: 30 measurements", x_train, y_train, x_test, y_test, 3e-3, epochs=60)


def _fashion_mnist() -> Data:
    if not FASHION_MNIST.is_dir():
        raise Unavailable("Fashion-MNIST is not on this machine (Debian: apt install dataset-fashion-mnist)")

    def read(name: str, header: int) -> np.ndarray:
        with gzip.open(FASHION_MNIST / name) as file:
            return np.frombuffer(file.read(), dtype=np.uint8, offset=header)

    def images(name: str) -> np.ndarray:
        return read(name, 16).reshape(-1, 28 * 28).astype(np.float32) / 255

    def labels(name: str) -> np.ndarray:
        return read(name, 8).astype(np.int64)

    return Data(
        "Fashion-MNIST: images of 28 x 28 pixels",
        images("train-images-idx3-ubyte.gz"),
        labels("train-labels-idx1-ubyte.gz"),
        images("t10k-images-idx3-ubyte.gz"),
        labels("t10k-labels-idx1-ubyte.gz"),
        strength=1e-4,
        epochs=20,
        batch_size=128,
        image_shape=(28, 28),
    )


def train(data: Data, epochs: int, name: str, strength: float, penalty_step: str, show: bool) -> Result:
    """Train the demo's network, each variant from the same initial weights; `show` prints ten lines of progress."""
    random.set_random_seed(0)

    def penalty() -> Any:
        return regularizers.L1(strength) if strength else None

    model = Sequential(
        [
            layers.Dense(128, activation="relu", kernel_regularizer=penalty(), name="first"),
            layers.Dense(64, activation="relu", kernel_regularizer=penalty(), name="second"),
            layers.Dense(data.classes, activation="softmax", kernel_regularizer=penalty(), name="output"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], penalty_step=penalty_step)
    reports: list[SparsityReport] = []

    def record(epoch: int, logs: dict[str, float]) -> None:
        reports.append(model.sparsity())
        if show and ((epoch + 1) % max(1, epochs // 10) == 0 or epoch + 1 == epochs):
            zeros = 100 * reports[-1].total.zero_fraction
            print(
                f"  epoch {epoch + 1:>{len(str(epochs))}}   loss {logs['loss']:.4f}   accuracy {logs['accuracy']:.3f}"
                f"   in validation {logs['val_accuracy']:.3f}   exact zeros {zeros:.1f} %",
                flush=True,
            )

    start = time.perf_counter()
    history = model.fit(
        data.x_train,
        data.y_train,
        epochs=epochs,
        batch_size=data.batch_size,
        validation_split=0.1,
        callbacks=[callbacks.LambdaCallback(on_epoch_end=record)],
        verbose=0,
    )
    seconds = time.perf_counter() - start
    accuracy = model.evaluate(data.x_test, data.y_test, verbose=0)[1]
    return Result(name, model, history, accuracy, seconds, reports)


def table(results: list[Result]) -> str:
    """A table with a line per result."""
    rows = [["", "accuracy", "exact zeros", "below 0.001", "inputs in use", "seconds"]]
    for result in results:
        total = result.reports[-1].total
        kernels = [weights for weights in result.model.get_weights() if weights.ndim == 2]
        small = sum(int(np.count_nonzero(np.abs(kernel) < 1e-3)) for kernel in kernels)
        rows.append(
            [
                result.name,
                f"{100 * result.accuracy:.1f} %",
                f"{100 * total.zero_fraction:.1f} %",
                f"{100 * small / total.weights:.1f} %",
                f"{total.inputs_used} of {total.inputs}",
                f"{result.seconds:.1f}",
            ]
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "   ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def draw(data: Data, results: list[Result], output: str) -> None:
    """Save the picture: losses, zeros against epochs and, of images, the pixels that the first layer reads."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise Unavailable("The demo's picture needs matplotlib: pip install 'proxnet[plot]'") from error
    from .display import HistoryDisplay, SparsityDisplay

    panels = 3 if data.image_shape else 2
    figure = Figure(figsize=(4.6 * panels, 4.4), layout="constrained", dpi=120)
    figure.suptitle(f"{data.title}. Network of 128, 64, {data.classes} units, L1 of {data.strength:g} on every kernel")
    axes = figure.subplots(1, panels)
    proximal = results[-1]
    HistoryDisplay.from_history(proximal.history, ax=axes[0])
    axes[0].set_title("Loss, penalty included (proximal step)", fontsize="medium")
    styles: list[dict[str, Any]] = [
        {"color": "0.6", "linewidth": 4},
        {"color": "C3", "linestyle": "--"},
        {"color": "C0"},
    ]
    for result, style in zip(results, styles, strict=True):
        SparsityDisplay(result.reports).plot(axes[1], label=result.name, **style)
    axes[1].set_title("Weights that are exactly zero", fontsize="medium")
    axes[1].legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.17))
    if data.image_shape:
        display = SparsityDisplay.from_model(proximal.model, image_shape=data.image_shape, ax=axes[2])
        used = proximal.reports[-1].total
        axes[2].set_title(f"{used.inputs_used} of {used.inputs} pixels in use, the others hatched", fontsize="medium")
        figure.colorbar(display.image_, ax=axes[2], shrink=0.8, label="units of the first layer that read the pixel")
    figure.savefig(output)


def run(name: str, epochs: int | None, output: str) -> list[Result]:
    """Train, print, draw."""
    data = load(name)
    epochs = data.epochs if epochs is None else epochs
    facts = threads.build_info()
    print(f"proxnet {facts['version']}, {facts['isa']} instructions, {threads.get_num_threads()} threads")
    print(f"{data.title}, {len(data.x_train)} to train on, {len(data.x_test)} to test on, {data.classes} classes")
    print(f"Network: Dense 128, 64, {data.classes}; L1 penalty of {data.strength:g} on every kernel; {epochs} epochs\n")
    variants = [
        ("no penalty", 0.0, "proximal"),
        ("L1 by subgradient (as Keras)", data.strength, "subgradient"),
        ("L1 by proximal step", data.strength, "proximal"),
    ]
    results = []
    for label, strength, step in variants:
        last = label == variants[-1][0]
        print(f"Training with {label}" + (":" if last else " ..."), flush=True)
        results.append(train(data, epochs, label, strength, step, show=last))
    print(f"\n{table(results)}\n\nThe last network, layer by layer:\n{results[-1].reports[-1]}")
    draw(data, results, output)
    print(f"\nThe picture is in {output}")
    return results
