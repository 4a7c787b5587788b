"""RidgeCV of proxnet and scikit-learn over 100 alphas with leave-one-out, interleaved.

python ridge.py --rounds 15 --json ridge.json
python ridge.py --only tall --rounds 5
"""

from __future__ import annotations

import argparse
from typing import Any

import harness
import table
from child import Contestant
from machine import machine
from ridge_sessions import ALPHAS, PROBLEMS


def contestants(workload: str, threads: int) -> list[Contestant]:
    """proxnet first, in C and in Fortran order, and scikit-learn in both."""
    common: dict[str, Any] = {"workload": workload, "threads": threads}
    return [
        Contestant(f"{name} {order}", "ridge_sessions", function, common | {"order": order}, needs=(name,))
        for name, function in (("proxnet", "Ours"), ("sklearn", "Sklearn"))
        for order in "CF"
    ]


def print_result(result: dict[str, Any]) -> None:
    """Prints seconds, ratio to proxnet, chosen alpha, residual of the normal equations, and peak memory."""
    print(f"\n{result['title']}; {result['threads']} thread(s), {result['rounds']} rounds, cores {result['cores']}")
    print(f"{'':12}{'seconds':>9}{'ratio':>8}{'quartiles':>14}{'alpha':>11}{'score':>13}{'residual':>10}{'MiB':>7}")
    for row in result["contestants"]:
        ratio = row["ratio"]
        print(
            f"{row['name']:12}{row['microseconds'][1] * 1e-6:9.3f}{ratio[1]:8.2f}{f'{ratio[0]:.2f}-{ratio[2]:.2f}':>14}"
            f"{row['alpha']:11.4g}{row['score']:13.6g}{row['residual']:10.1e}{row['peak_memory_mib']:7.0f}"
        )
    for row in result["contestants"]:
        print(f"  {row['name']}: {row['configuration']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser)
    parser.add_argument("--only", nargs="+", choices=PROBLEMS, default=list(PROBLEMS), help="problems (all)")
    options = parser.parse_args()
    about = machine()
    table.print_machine(about)
    results = []
    for name in options.only:
        rows, cols = PROBLEMS[name]
        entered = harness.available(contestants(name, options.threads))
        result = harness.measure(f"RidgeCV, {rows} x {cols}, {ALPHAS} alphas", entered, options, with_peak=False)
        print_result(result)
        results.append(result | {"problem": name})
        if options.json:
            table.write_json(options.json, about, results)


if __name__ == "__main__":
    main()
