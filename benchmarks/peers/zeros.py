"""Step time against exact zeros on lenet300: all contestants are proxnet, the first one dense.

Structured: a fraction of the inputs and hidden units is unused. Those inputs are too small for any weight to pass the
threshold, and those units have no incoming and outgoing weights, so that all of them stay at zero during training.
Unstructured: L1 of growing strength, trained until the number of zeros is constant (--settle), which is reported.

    python zeros.py --json zeros.json
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

import harness
import table
from child import Contestant
from keras_fit import KerasFit
from machine import machine
from training import ours
from workloads import WORKLOADS

STRENGTH = 1e-5  # dense and structured contestants: above the gradients of inputs of size 1e-4
SHARES = (0.25, 0.5, 0.75, 0.9)
STRENGTHS = (3e-5, 1e-4, 3e-4, 1e-3, 3e-3)


class ZerosFit(KerasFit):
    """proxnet with a fraction of inputs and units unused, after some epochs of training."""

    def __init__(self, share: float, settle: int, **settings: Any) -> None:
        super().__init__(tiny_inputs=share, **settings)
        weights = [array.copy() for array in self.first]
        for layer, kernel in enumerate(weights[::2]):
            inputs, units = kernel.shape
            kernel[inputs - round(share * inputs) :] = 0
            if layer < len(weights) // 2 - 1:
                kernel[:, units - round(share * units) :] = 0
        self.model.set_weights(weights)
        for _ in range(settle):
            self.run()

    def report(self) -> dict[str, Any]:
        about = super().report()
        total = self.model.sparsity().total
        inputs = f"{total.inputs_used} of {total.inputs} inputs in use"
        units = f"{total.units_alive} of {total.units} units alive"
        return about | {"configuration": f"{inputs}, {units}, {total.zeros} of {total.weights} weights zero"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser)
    parser.add_argument("--settle", type=int, default=20, help="epochs before the timed ones (20)")
    options = parser.parse_args()
    workload = replace(WORKLOADS["lenet300"], steps=128)

    def contestant(name: str, share: float, strength: float) -> Contestant:
        arguments = ours(workload, strength, "l1").arguments | {"share": share, "settle": options.settle}
        return Contestant(name, "zeros", "ZerosFit", arguments)

    dense = contestant("dense", 0.0, 1e-9)
    structured = [contestant(f"structured {100 * share:.0f} %", share, STRENGTH) for share in SHARES]
    unstructured = [contestant(f"L1 {strength:g}", 0.0, strength) for strength in STRENGTHS]
    about = machine()
    table.print_machine(about)
    title = f"zeros: {workload.title}, after {options.settle} epochs"
    result = harness.measure(title, [dense, *structured, *unstructured], options)
    result["workload"] = "zeros"
    table.print_result(result)
    if options.json:
        table.write_json(options.json, about, [result])


if __name__ == "__main__":
    main()
