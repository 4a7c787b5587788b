"""Weights after 40 steps of training against Keras' own: every optimizer under every schedule, and every common option.

Both sides get the same start, batches and penalties; proxnet takes `penalty_step="subgradient"`, which is what Keras
does. Prints the largest difference of any weight in each case; exits with 1 where one is above 2e-5. On torch, where
the slope of |w| at 0 is 0 as in TensorFlow and here: JAX has 1, which shows where Ftrl's own l1 makes zeros.

    KERAS_BACKEND=torch python benchmarks/peers/keras_parity.py
"""

from __future__ import annotations

import itertools
import sys
from typing import Any

import numpy as np

TOLERANCE = 2e-5
STEPS, ROWS, INPUTS, OUTPUTS = 40, 32, 12, 3

RATE = {"SGD": 0.05, "Adagrad": 0.05, "Ftrl": 0.1, "Lion": 2e-3}  # the others: 0.01
OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "SGD": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "Adam": ("Adam", {}),
    "AMSGrad": ("Adam", {"amsgrad": True}),
    "AdamW": ("AdamW", {"weight_decay": 0.05}),
    "Nadam": ("Nadam", {}),
    "Adamax": ("Adamax", {}),
    "RMSprop": ("RMSprop", {}),
    "RMSprop, momentum": ("RMSprop", {"momentum": 0.8, "rho": 0.8}),
    "RMSprop, centered": ("RMSprop", {"centered": True, "epsilon": 1e-3}),
    "Adagrad": ("Adagrad", {}),
    "Ftrl": ("Ftrl", {}),
    "Ftrl, all arguments": (
        "Ftrl",
        {
            "learning_rate_power": -0.6,
            "initial_accumulator_value": 0.2,
            "l1_regularization_strength": 0.01,
            "l2_regularization_strength": 0.02,
            "l2_shrinkage_regularization_strength": 0.01,
            "beta": 0.3,
        },
    ),
    "Lion": ("Lion", {}),
}
SCHEDULES: dict[str, tuple[str, dict[str, Any]]] = {
    "constant": ("", {}),
    "exponential": ("ExponentialDecay", {"decay_steps": 10, "decay_rate": 0.5}),
    "inverse time": ("InverseTimeDecay", {"decay_steps": 10, "decay_rate": 0.5, "staircase": True}),
    "polynomial": ("PolynomialDecay", {"decay_steps": 30, "end_learning_rate": 1e-3, "power": 2.0}),
    "piecewise": ("PiecewiseConstantDecay", {"boundaries": [10, 25]}),
    "cosine": ("CosineDecay", {"decay_steps": 30, "alpha": 0.05}),
    "warm-up": ("CosineDecay", {"decay_steps": 30, "alpha": 0.05, "warmup_steps": 8}),
    "restarts": ("CosineDecayRestarts", {"first_decay_steps": 7, "t_mul": 1.5, "m_mul": 0.7, "alpha": 0.05}),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "weight_decay": {"weight_decay": 0.05},
    "clipnorm": {"clipnorm": 0.1},
    "global_clipnorm": {"global_clipnorm": 0.1},
    "clipvalue": {"clipvalue": 0.02},
    "use_ema": {"use_ema": True, "ema_momentum": 0.9},
    "ema_overwrite": {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 7},
}


def schedule(keras: Any, name: str, rate: float) -> Any:
    """The schedule of that name, around `rate`."""
    kind, arguments = SCHEDULES[name]
    if not kind:
        return rate
    if name == "piecewise":
        first: dict[str, Any] = {"values": [rate, rate / 2, rate / 5]}
    elif name == "warm-up":
        first = {"initial_learning_rate": rate / 10, "warmup_target": rate}
    else:
        first = {"initial_learning_rate": rate}
    return getattr(keras.optimizers.schedules, kind)(**first, **arguments)


def train(keras: Any, optimizer: str, schedule_name: str, options: dict[str, Any], start: Any) -> list[np.ndarray]:
    """Weights after STEPS steps, one per batch."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(STEPS * ROWS, INPUTS)).astype(np.float32)
    y = rng.normal(size=(STEPS * ROWS, OUTPUTS)).astype(np.float32)
    kind, arguments = OPTIMIZERS[optimizer]
    rate = schedule(keras, schedule_name, RATE.get(kind, 0.01))
    penalty = keras.regularizers.L1L2(l1=1e-3, l2=1e-3)
    layers = [
        keras.layers.Dense(24, activation="relu", kernel_regularizer=penalty),
        keras.layers.Dense(16, activation="tanh", kernel_regularizer=penalty, bias_regularizer=penalty),
        keras.layers.Dense(OUTPUTS, kernel_regularizer=penalty),
    ]
    model = keras.Sequential([keras.Input((INPUTS,)), *layers])
    subgradient = {"penalty_step": "subgradient"} if keras.__name__ == "proxnet" else {}
    model.compile(getattr(keras.optimizers, kind)(rate, **arguments, **options), "mse", **subgradient)
    model.set_weights(start)
    model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False, verbose=0)
    return [np.asarray(w) for w in model.get_weights()]


def start() -> list[np.ndarray]:
    """Initial weights, none near zero, where rounding would decide the sign in the L1 subgradient."""
    rng = np.random.default_rng(2)
    widths = [INPUTS, 24, 16, OUTPUTS]
    shapes = [shape for n, m in itertools.pairwise(widths) for shape in ((n, m), (m,))]
    return [(rng.choice([-1, 1], shape) * rng.uniform(0.2, 0.5, shape)).astype(np.float32) for shape in shapes]


def difference(optimizer: str, schedule_name: str, options: dict[str, Any]) -> float:
    """The largest difference of any weight."""
    import keras

    import proxnet

    sides = [train(package, optimizer, schedule_name, options, start()) for package in (keras, proxnet)]
    return max(float(np.abs(a - b).max()) for a, b in zip(*sides, strict=True))


def main() -> int:
    """Print the two tables."""
    worst = 0.0
    for title, columns in (("schedules", SCHEDULES), ("options", OPTIONS)):
        print(f"\n| optimizer x {title} | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
        for optimizer in OPTIMIZERS:
            cells = []
            for column in columns:
                options = OPTIONS.get(column, {})
                clash = set(options) & set(OPTIMIZERS[optimizer][1])
                away = None if clash else difference(optimizer, column if column in SCHEDULES else "constant", options)
                worst = max(worst, away or 0.0)
                cells.append("-" if away is None else f"{away:.1e}")
            print(f"| {optimizer} | {' | '.join(cells)} |", flush=True)
    print(f"\nlargest difference {worst:.1e}, tolerance {TOLERANCE:.0e}")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
