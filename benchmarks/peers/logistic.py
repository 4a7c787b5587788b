"""L1 logistic paths of proxnet, celer, skglm, liblinear, saga and adelie, side by side, at gaps recomputed outside.

The data are not part of the project: PROXNET_BENCHMARK_DATA names their folder.

python logistic.py --rounds 15 --json logistic.json
python logistic.py --only mnist_5k --peers saga --rounds 3
"""

from __future__ import annotations

import argparse
from typing import Any

import harness
import table
from child import Contestant
from linear import print_result
from logistic_sessions import ALPHAS, EPS, PROBLEMS, SINGLE, problem
from machine import machine

PEERS = {"celer": "Celer", "skglm": "Skglm", "liblinear": "Liblinear", "saga": "Saga", "adelie": "Adelie"}
MULTINOMIAL = {"saga"}


def contestants(workload: str, peers: list[str], threads: int) -> list[Contestant]:
    """proxnet first, then the peers that solve such a problem."""
    common: dict[str, Any] = {"workload": workload, "threads": threads}
    able = [name for name in peers if workload not in SINGLE or name in MULTINOMIAL]
    ours = Contestant("proxnet", "logistic_sessions", "Ours", common, needs=("proxnet",))
    module = {"liblinear": "sklearn", "saga": "sklearn"}
    return [ours] + [
        Contestant(name, "logistic_sessions", PEERS[name], common, needs=(module.get(name, name),)) for name in able
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser)
    parser.add_argument("--only", nargs="+", choices=PROBLEMS, default=list(PROBLEMS), help="problems (all)")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS), metavar="PEER", help="(all)")
    options = parser.parse_args()
    about = machine()
    table.print_machine(about)
    results = []
    for name in options.only:
        rows, cols = problem(name)[0].shape
        what = f"at alpha_max * {SINGLE[name]:g}" if name in SINGLE else f"{ALPHAS} alphas down to alpha_max * {EPS:g}"
        title = f"{name}, L1 logistic regression, {rows} x {cols}, {what}, gap {PROBLEMS[name]:g}"
        entered = harness.available(contestants(name, options.peers, options.threads))
        result = harness.measure(title, entered, options, with_peak=False)
        print_result(result)
        results.append(result | {"problem": name, "target": PROBLEMS[name]})
        if options.json:
            table.write_json(options.json, about, results)


if __name__ == "__main__":
    main()
