"""Lasso paths of proxnet, scikit-learn, celer, skglm and adelie, side by side, at gaps recomputed outside the solvers.

python linear.py --rounds 15 --json linear.json
python linear.py --only tall --peers sklearn --rounds 5
"""

from __future__ import annotations

import argparse
from typing import Any

import harness
import table
from child import Contestant
from linear_sessions import ALPHAS, EPS, PROBLEMS
from machine import machine

PEERS = {"sklearn": "Sklearn", "celer": "Celer", "skglm": "Skglm", "adelie": "Adelie"}


def contestants(workload: str, peers: list[str], target: float, threads: int) -> list[Contestant]:
    """proxnet first, in Fortran order like the peers, and in C order."""
    common: dict[str, Any] = {"workload": workload, "target": target, "threads": threads}
    ours = [
        Contestant(f"proxnet {order}", "linear_sessions", "Ours", common | {"order": order}, needs=("proxnet",))
        for order in "FC"
    ]
    return ours + [Contestant(name, "linear_sessions", PEERS[name], common, needs=(name,)) for name in peers]


def print_result(result: dict[str, Any]) -> None:
    """Prints seconds, ratio to proxnet, gap and peak memory of every contestant."""
    print(f"\n{result['title']}; {result['threads']} thread(s), {result['rounds']} rounds, cores {result['cores']}")
    print(
        f"{'':12}{'seconds':>9}{'quartiles':>16}{'ratio':>8}{'quartiles':>14}{'worst gap':>11}{'non-zero':>9}{'MiB':>7}"
    )
    for row in result["contestants"]:
        low, median, high = (value * 1e-6 for value in row["microseconds"])
        spread, ratio = f"{low:.3f}-{high:.3f}", row["ratio"]
        print(
            f"{row['name']:12}{median:9.3f}{spread:>16}{ratio[1]:8.2f}{f'{ratio[0]:.2f}-{ratio[2]:.2f}':>14}"
            f"{row['gap']:11.1e}{row['nonzero']:9d}{row['peak_memory_mib']:7.0f}"
        )
    for row in result["contestants"]:
        print(f"  {row['name']}: {row['configuration']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser)
    parser.add_argument("--only", nargs="+", choices=PROBLEMS, default=list(PROBLEMS), help="problems (all)")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS), metavar="PEER", help="(all)")
    parser.add_argument("--target", type=float, default=2e-6, help="the gap to reach, relative to |y|^2 / n (2e-6)")
    options = parser.parse_args()
    about = machine()
    table.print_machine(about)
    results = []
    for name in options.only:
        rows, cols = PROBLEMS[name]
        title = f"lasso path, {rows} x {cols}, {ALPHAS} alphas down to alpha_max * {EPS:g}"
        entered = harness.available(contestants(name, options.peers, options.target, options.threads))
        result = harness.measure(title, entered, options, with_peak=False)
        print_result(result)
        results.append(result | {"problem": name, "target": options.target})
        if options.json:
            table.write_json(options.json, about, results)


if __name__ == "__main__":
    main()
