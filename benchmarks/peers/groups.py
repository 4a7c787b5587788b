"""Paths of the group lasso and the multi-task lasso: proxnet, scikit-learn and celer, gaps recomputed in NumPy.

python groups.py --rounds 9 --json groups.json
python groups.py --only tasks --rounds 5
"""

from __future__ import annotations

import argparse
from typing import Any

import harness
import table
from child import Contestant
from group_sessions import ALPHAS, EPS, PROBLEMS
from linear import print_result
from machine import machine


def contestants(workload: str, target: float, threads: int) -> list[Contestant]:
    """proxnet first, then the peers that solve this kind of problem."""
    common: dict[str, Any] = {"workload": workload, "target": target, "threads": threads}
    several = PROBLEMS[workload][3] > 1
    peers = {"sklearn": "Sklearn", "celer": "CelerTasks"} if several else {"celer": "Celer"}
    return [
        Contestant(name, "group_sessions", function, common, needs=(name,))
        for name, function in ({"proxnet": "Ours"} | peers).items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser, rounds=9)
    parser.add_argument("--only", nargs="+", choices=PROBLEMS, default=list(PROBLEMS), help="problems (all)")
    parser.add_argument("--target", type=float, default=2e-6, help="the gap to reach, relative to |Y|^2 / n (2e-6)")
    options = parser.parse_args()
    about = machine()
    table.print_machine(about)
    results = []
    for name in options.only:
        rows, cols, size, tasks = PROBLEMS[name]
        title = f"{rows} x {cols}, groups of {size}, {tasks} task(s), {ALPHAS} alphas down to alpha_max * {EPS:g}"
        entered = harness.available(contestants(name, options.target, options.threads))
        result = harness.measure(title, entered, options, with_peak=False)
        print_result(result)
        results.append(result | {"problem": name, "target": options.target})
        if options.json:
            table.write_json(options.json, about, results)


if __name__ == "__main__":
    main()
