"""Step time of every optimizer and penalty of proxnet on lenet300; the first row is Adam without a penalty.

Strengths are so small that no weight becomes zero, so that zeros save no time. A penalty's ratio to the first row is
its cost. Groups, norm constraints and clipping by norm need the whole gradient, which takes another pass.

    python costs.py --rounds 11 --json costs.json
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

import harness
import table
from child import Contestant
from machine import machine
from workloads import LEARNING_RATE, WORKLOADS, Session

STRENGTH = 1e-9
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "SGD": {},
    "SGD momentum": {"momentum": 0.9},
    "SGD nesterov": {"momentum": 0.9, "nesterov": True},
    "RMSprop": {},
    "RMSprop centered": {"momentum": 0.9, "centered": True},
    "Adagrad": {},
    "Adam": {},
    "Adam amsgrad": {"amsgrad": True},
    "AdamW": {},
    "Nadam": {},
    "Adamax": {},
    "Ftrl": {},
    "Lion": {},
    "Adam clipnorm": {"clipnorm": 100.0},
    "Adam global_clipnorm": {"global_clipnorm": 100.0},
    "Adam use_ema": {"use_ema": True},
}
PENALTIES: dict[str, tuple[str, dict[str, Any]] | None] = {
    "none": None,
    "L1": ("L1", {"l1": STRENGTH}),
    "L2": ("L2", {"l2": STRENGTH}),
    "L1L2": ("L1L2", {"l1": STRENGTH, "l2": STRENGTH}),
    "GroupL1 input": ("GroupL1", {"strength": STRENGTH, "axis": "input"}),
    "GroupL1 output": ("GroupL1", {"strength": STRENGTH, "axis": "output"}),
    "SparseGroupL1": ("SparseGroupL1", {"l1": STRENGTH, "strength": STRENGTH}),
    "MCP": ("MCP", {"strength": STRENGTH}),
    "SCAD": ("SCAD", {"strength": STRENGTH}),
    "LogSum": ("LogSum", {"strength": STRENGTH}),
    "L0": ("L0", {"strength": 1e-15}),
}


class CostFit(Session):
    """proxnet with one optimizer and one penalty on every kernel."""

    def __init__(self, optimizer: str, penalty: str, **settings: Any) -> None:
        super().__init__(**settings)
        import proxnet
        from proxnet.layers import Dense

        proxnet.set_random_seed(1)
        chosen = PENALTIES[penalty]

        def regularizer() -> Any:
            return getattr(proxnet.regularizers, chosen[0])(**chosen[1]) if chosen else None

        inputs, *hidden, outputs = self.workload.widths
        self.model = proxnet.Sequential([proxnet.Input((inputs,))])
        for units in hidden:
            self.model.add(Dense(units, activation="relu", kernel_regularizer=regularizer()))
        self.model.add(Dense(outputs, activation="softmax", kernel_regularizer=regularizer()))
        kind = getattr(proxnet.optimizers, optimizer.split()[0])
        self.model.compile(kind(LEARNING_RATE, **OPTIMIZERS[optimizer]), "sparse_categorical_crossentropy")
        self.model.set_weights(self.first)
        self.configuration = f"fit(verbose=0, shuffle=True), {optimizer}, {penalty}"

    def run(self) -> None:
        self.model.fit(self.x, self.y, batch_size=self.batch, epochs=1, verbose=0, shuffle=True)

    def weights(self) -> list[Any]:
        return self.model.get_weights()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser)
    options = parser.parse_args()
    workload = WORKLOADS["lenet300"]

    def contestant(optimizer: str, penalty: str) -> Contestant:
        settings = {"workload": asdict(workload), "strength": 0.0, "optimizer": optimizer, "penalty": penalty}
        return Contestant(f"{optimizer}, {penalty}", "costs", "CostFit", settings)

    pairs = [("Adam", penalty) for penalty in PENALTIES]
    pairs += [(optimizer, "none") for optimizer in OPTIMIZERS if optimizer != "Adam"]
    pairs += [("SGD momentum", penalty) for penalty in ("L1", "GroupL1 input", "MCP")]
    about = machine()
    table.print_machine(about)
    result = harness.measure(workload.title, [contestant(*pair) for pair in pairs], options) | {"workload": "costs"}
    table.print_result(result)
    if options.json:
        table.write_json(options.json, about, [result])


if __name__ == "__main__":
    main()
