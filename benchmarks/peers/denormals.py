"""Step time on denormal numbers: all contestants are proxnet, the first one with normal numbers.

data: every input is multiplied by 1e-39, so that inputs, activations and gradients of weights are denormal.
state: sample weights spread from 1e-45 to 1e-10 make gradients and optimizer moments pass through the denormal range.

    python denormals.py --only seed100 lenet300
"""

from __future__ import annotations

import argparse
from typing import Any

import harness
import numpy as np
import table
from child import Contestant
from keras_fit import KerasFit
from machine import machine
from training import ours
from workloads import WORKLOADS


class DenormalFit(KerasFit):
    """proxnet with one kind of numbers: "ordinary", "data" or "state"."""

    def __init__(self, kind: str, **settings: Any) -> None:
        super().__init__(**settings)
        exponents = np.random.default_rng(3).uniform(-45, -10, len(self.x))
        weights = 10**exponents if kind == "state" else np.ones(len(self.x))
        self.sample_weight = weights.astype(np.float32)
        if kind == "data":
            self.x *= np.float32(1e-39)

    def run(self) -> None:
        self.model.fit(
            self.x, self.y, batch_size=self.batch, epochs=1, verbose=0, shuffle=True, sample_weight=self.sample_weight
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser)
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=["seed100", "lenet300", "genes"])
    options = parser.parse_args()
    about = machine()
    table.print_machine(about)
    results = []
    for name in options.only:
        workload = WORKLOADS[name]
        contestants = [
            Contestant(kind, "denormals", "DenormalFit", ours(workload, 1e-9, "l1").arguments | {"kind": kind})
            for kind in ("ordinary", "data", "state")
        ]
        result = harness.measure(f"denormal numbers, {workload.title}", contestants, options)
        result["workload"] = f"denormals {name}"
        table.print_result(result)
        results.append(result)
    if options.json:
        table.write_json(options.json, about, results)


if __name__ == "__main__":
    main()
