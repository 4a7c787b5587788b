"""proxnet and Keras on JAX: the contestants that call `model.fit`."""

from __future__ import annotations

from typing import Any

import numpy as np
from workloads import BETA_1, BETA_2, EPSILON, LEARNING_RATE, Session


class KerasFit(Session):
    """`model.fit` as a user calls it: the same lines for proxnet and for Keras, with two exceptions.

    Keras gets no metrics, which it computes batch by batch. And it gets logits: it clips probabilities at 1e-7, where
    the gradient is 0, and mlp4096 then does not train (the objective goes from 48 to 160).
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
