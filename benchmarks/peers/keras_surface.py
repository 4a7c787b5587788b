"""Weights after 40 steps against Keras' own: every activation, every loss with its options, every regularizer.

As in keras_parity.py, whose start and number of steps it takes: SGD with momentum, equal batches, on torch. Prints the
largest difference of any weight in each case; exits with 1 where one is above 2e-5.

    KERAS_BACKEND=torch python benchmarks/peers/keras_surface.py
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from keras_parity import INPUTS, OUTPUTS, ROWS, STEPS, TOLERANCE, start

ACTIVATIONS = (
    "linear relu relu6 leaky_relu elu selu gelu silu mish softplus softsign sigmoid hard_sigmoid tanh exponential "
    "softmax log_softmax"
).split()
# Loss: (arguments, last activation, kind of targets)
LOSSES: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "mse": ("MeanSquaredError", {}, "linear", "numbers"),
    "mae": ("MeanAbsoluteError", {}, "linear", "numbers"),
    "mape": ("MeanAbsolutePercentageError", {}, "linear", "over one"),
    "msle": ("MeanSquaredLogarithmicError", {}, "softplus", "over one"),
    "huber": ("Huber", {"delta": 0.7}, "linear", "numbers"),
    "log_cosh": ("LogCosh", {}, "linear", "numbers"),
    "poisson": ("Poisson", {}, "softplus", "over one"),
    "cosine": ("CosineSimilarity", {}, "linear", "numbers"),
    "hinge": ("Hinge", {}, "linear", "signs"),
    "squared_hinge": ("SquaredHinge", {}, "linear", "signs"),
    "categorical_hinge": ("CategoricalHinge", {}, "linear", "one hot"),
    "kl_divergence": ("KLDivergence", {}, "softmax", "one hot"),
    "binary, sigmoid": ("BinaryCrossentropy", {}, "sigmoid", "bits"),
    "binary, logits, smooth": ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "linear", "bits"),
    "binary focal": ("BinaryFocalCrossentropy", {"apply_class_balancing": True}, "sigmoid", "bits"),
    "binary focal, logits": ("BinaryFocalCrossentropy", {"from_logits": True, "gamma": 1.5}, "linear", "bits"),
    "categorical, softmax": ("CategoricalCrossentropy", {}, "softmax", "one hot"),
    "categorical, logits, smooth": (
        "CategoricalCrossentropy",
        {"from_logits": True, "label_smoothing": 0.1},
        "linear",
        "one hot",
    ),
    "categorical, sigmoid": ("CategoricalCrossentropy", {}, "sigmoid", "one hot"),
    "categorical focal": ("CategoricalFocalCrossentropy", {}, "softmax", "one hot"),
    "sparse, softmax": ("SparseCategoricalCrossentropy", {}, "softmax", "classes"),
    "sparse, logits": ("SparseCategoricalCrossentropy", {"from_logits": True}, "linear", "classes"),
}
REGULARIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "L1": ("L1", {"l1": 1e-3}),
    "L2": ("L2", {"l2": 1e-2}),
    "L1L2": ("L1L2", {"l1": 1e-3, "l2": 1e-2}),
    "Orthogonal rows": ("OrthogonalRegularizer", {"factor": 1e-2, "mode": "rows"}),
    "Orthogonal columns": ("OrthogonalRegularizer", {"factor": 1e-2, "mode": "columns"}),
}


def targets(kind: str, rng: np.random.Generator, rows: int) -> np.ndarray:
    """Targets of the kind that a loss takes."""
    numbers = rng.normal(size=(rows, OUTPUTS))
    made = {
        "numbers": numbers,
        "over one": 1 + np.abs(numbers),
        "signs": np.sign(numbers),
        "bits": (numbers > 0) * 1.0,
        "one hot": np.eye(OUTPUTS)[numbers.argmax(1)],
        "classes": numbers.argmax(1)[:, None],
    }
    return made[kind].astype(np.float32)


def train(
    keras: Any, loss: str, activation: str = "tanh", regularizer: tuple[str, dict[str, Any]] | None = None
) -> list[np.ndarray]:
    """Weights after STEPS steps, one per batch."""
    kind, arguments, last, wanted = LOSSES[loss]
    rng = np.random.default_rng(1)
    x = rng.normal(size=(STEPS * ROWS, INPUTS)).astype(np.float32)
    y = targets(wanted, rng, STEPS * ROWS)

    def penalty() -> Any:
        return getattr(keras.regularizers, regularizer[0])(**regularizer[1]) if regularizer else None

    layers = [
        keras.layers.Dense(24, activation=activation, kernel_regularizer=penalty()),
        keras.layers.Dense(16, activation="tanh", kernel_regularizer=penalty()),
        keras.layers.Dense(OUTPUTS, activation=last),
    ]
    model = keras.Sequential([keras.Input((INPUTS,)), *layers])
    subgradient = {"penalty_step": "subgradient"} if keras.__name__ == "proxnet" else {}
    rate = 1e-3 if activation == "exponential" or loss == "mape" else 0.02
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), getattr(keras.losses, kind)(**arguments), **subgradient)
    model.set_weights([0.5 * array for array in start()])
    model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False, verbose=0)
    return [np.asarray(w) for w in model.get_weights()]


def difference(*arguments: Any, **more: Any) -> float:
    """The largest difference of any weight."""
    import keras

    import proxnet

    sides = [train(package, *arguments, **more) for package in (keras, proxnet)]
    return max(float(np.abs(a - b).max()) for a, b in zip(*sides, strict=True))


def main() -> int:
    """Print the three tables."""
    worst = 0.0
    tables: dict[str, dict[str, dict[str, Any]]] = {
        "activation": {name: {"loss": "mse", "activation": name} for name in ACTIVATIONS},
        "loss": {name: {"loss": name} for name in LOSSES},
        "regularizer": {name: {"loss": "mse", "regularizer": given} for name, given in REGULARIZERS.items()},
    }
    for title, cases in tables.items():
        print(f"\n| {title} | largest difference |\n|---|---|")
        for name, arguments in cases.items():
            away = difference(**arguments)
            worst = max(worst, away) if np.isfinite(away) else np.inf
            print(f"| {name} | {away:.1e} |", flush=True)
    print(f"\nlargest difference {worst:.1e}, tolerance {TOLERANCE:.0e}")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
