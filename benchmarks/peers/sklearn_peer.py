"""scikit-learn: the contestant without L1."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_info
from workloads import EPSILON, LEARNING_RATE, Session


class Sklearn(Session):
    """`MLPClassifier.partial_fit`, one epoch per call; it has no L1, so its objective is not comparable."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
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
