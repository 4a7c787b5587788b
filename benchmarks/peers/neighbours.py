"""Whether proxnet disturbs other thread pools: numpy's matmul alone, and between two calls of `fit`.

python neighbours.py
"""

from __future__ import annotations

import time
from dataclasses import asdict, replace

import numpy as np
from keras_fit import KerasFit
from machine import machine
from table import print_machine
from workloads import WORKLOADS

ROUNDS, SIZE = 200, 512


def main() -> None:
    print_machine(machine())
    a = np.random.default_rng(1).standard_normal((SIZE, SIZE), dtype=np.float32)
    session = KerasFit(package="proxnet", workload=asdict(replace(WORKLOADS["lenet300"], steps=8)), strength=1e-9)

    def matmul() -> float:
        start = time.perf_counter()
        a @ a
        return time.perf_counter() - start

    def fit() -> float:
        start = time.perf_counter()
        session.run()
        return time.perf_counter() - start

    for work in (matmul, fit, matmul):
        for _ in range(20):
            work()
    times: dict[str, list[float]] = {"alone": [], "after fit": [], "fit alone": [], "fit after": []}
    for _ in range(ROUNDS):  # interleaved, so that noise affects both alike
        times["alone"] += [matmul() for _ in range(3)][1:]
        times["fit alone"] += [fit() for _ in range(3)][1:]
        for _ in range(2):
            times["after fit"].append(matmul())
            times["fit after"].append(fit())
    print(f"numpy {SIZE} x {SIZE} matmul and fit of {session.steps} steps of lenet300, microseconds (quartiles)")
    for name, values in times.items():
        low, middle, high = 1e6 * np.percentile(values, (25, 50, 75))
        print(f"{name:<12} {middle:9.0f}   ({low:.0f} .. {high:.0f})")


if __name__ == "__main__":
    main()
