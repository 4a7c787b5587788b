"""Paths under MCP, least squares and logistic: proxnet and skglm, stationarity and objective recomputed in NumPy.

python penalized.py --rounds 9 --json penalized.json
python penalized.py --only "wide labels" --rounds 5
python penalized.py --shrink 10 --rounds 1        # whether all agree, at a tenth of the size
"""

from __future__ import annotations

import argparse
from typing import Any

import harness
import table
from child import Contestant
from linear import print_result
from machine import machine
from penalized_sessions import ALPHAS, EPS, PROBLEMS


def contestants(workload: str, target: float, threads: int, shrink: int) -> list[Contestant]:
    """proxnet first."""
    common: dict[str, Any] = {"workload": workload, "target": target, "threads": threads, "shrink": shrink}
    return [
        Contestant(name, "penalized_sessions", function, common, needs=(name,))
        for name, function in {"proxnet": "Ours", "skglm": "Skglm"}.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser, rounds=9)
    parser.add_argument("--only", nargs="+", choices=PROBLEMS, default=list(PROBLEMS), help="problems (all)")
    parser.add_argument("--target", type=float, default=2e-6, help="the distance, relative to the largest alpha (2e-6)")
    parser.add_argument("--shrink", type=int, default=1, help="divides rows and columns (1)")
    options = parser.parse_args()
    about = machine()
    table.print_machine(about)
    results = []
    for name in options.only:
        rows, cols, gamma, labels = PROBLEMS[name]
        size = f"{rows // options.shrink} x {cols // options.shrink}"
        kind = "logistic" if labels else "least squares"
        title = f"{size}, {kind}, MCP of gamma {gamma:g}, {ALPHAS} alphas down to alpha_max * {EPS[labels]:g}"
        entered = harness.available(contestants(name, options.target, options.threads, options.shrink))
        result = harness.measure(title, entered, options, with_peak=False)
        print_result(result)
        for row in result["contestants"]:
            print(f"  {row['name']}: mean objective {row['objective']:.9f}")
        results.append(result | {"problem": name, "target": options.target})
        if options.json:
            table.write_json(options.json, about, results)


if __name__ == "__main__":
    main()
