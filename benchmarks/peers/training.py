"""Training speed: the same networks on the same data for proxnet and its peers, one epoch per run.

Adam(1e-3, epsilon 1e-7) and L1 on every kernel, float32, relu hidden layers, equal first weights, shuffled batches.
Every contestant minimises mean loss + strength * sum|w|. `workloads.py` computes the objective in the table from each
contestant's weights after the same number of epochs, which shows whether one solves another problem.

    python training.py --only seed100 lenet300 --threads 1 --json one_thread.json
    python training.py --prox-cost
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

import harness
import table
from child import Contestant
from machine import machine
from workloads import WORKLOADS, Workload


def peers(workload: Workload, strength: float, jax_gather: str | None) -> dict[str, Contestant]:
    """The peers of a workload by the names that --peers takes."""
    settings = {"workload": asdict(workload), "strength": strength}
    contestants = [
        Contestant("jax", "jax_peer", "Jax", settings | {"gather": jax_gather}, needs=("jax",)),
        Contestant("torch", "torch_peer", "Torch", settings | {"compiled": False}, needs=("torch",)),
        Contestant("torch-compile", "torch_peer", "Torch", settings | {"compiled": True}, needs=("torch",)),
        Contestant("keras-jax", "keras_fit", "KerasFit", settings | {"package": "keras"}, needs=("keras", "jax")),
    ]
    if workload.name in ("seed100", "lenet300"):
        contestants.append(Contestant("sklearn", "sklearn_peer", "Sklearn", settings, needs=("sklearn",)))
    return {contestant.name: contestant for contestant in contestants}


def ours(workload: Workload, strength: float, penalty: str, name: str = "proxnet", **more: Any) -> Contestant:
    """proxnet's contestant."""
    settings = {"workload": asdict(workload), "strength": strength, "package": "proxnet", "penalty": penalty}
    return Contestant(name, "keras_fit", "KerasFit", settings | more)


def prox_cost(workload: Workload, strength: float) -> list[Contestant]:
    """The same step without a penalty, with L1 and with the elastic net."""
    return [ours(workload, strength, penalty, f"proxnet {penalty}") for penalty in ("none", "l1", "l1_l2")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser)
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), help="workloads (all)")
    names = ("jax", "torch", "torch-compile", "keras-jax", "sklearn")
    parser.add_argument("--peers", nargs="*", choices=names, default=names, metavar="PEER", help=f"of {names} (all)")
    parser.add_argument(
        "--jax-gather", choices=("inside", "before"), help="JAX' rows: inside the scan or before (tried)"
    )
    parser.add_argument("--penalty", choices=("none", "l1", "l1_l2"), default="l1", help="ours (l1, as the peers')")
    parser.add_argument("--strength", type=float, help="of the penalties (1e-4; 1e-9 for --prox-cost: no zeros yet)")
    parser.add_argument("--prox-cost", action="store_true", help="no peers: ours without a penalty, with L1, with both")
    options = parser.parse_args()
    strength = options.strength if options.strength is not None else 1e-9 if options.prox_cost else 1e-4

    about = machine()
    table.print_machine(about)
    results = []
    for name in options.only:
        workload = WORKLOADS[name]
        if options.prox_cost:
            contestants = prox_cost(workload, strength)
        else:
            offered = peers(workload, strength, options.jax_gather)
            chosen = [peer for key, peer in offered.items() if key in options.peers]
            contestants = [ours(workload, strength, options.penalty), *chosen]
        result = harness.measure(workload.title, harness.available(contestants), options)
        result |= {"workload": name, "strength": strength}
        table.print_result(result)
        results.append(result)
        if options.json:
            table.write_json(options.json, about, results)


if __name__ == "__main__":
    main()
