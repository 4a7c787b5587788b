"""LassoCV of proxnet, scikit-learn and celer, 500 x 5000, 5 folds and 100 alphas, side by side.

python lasso_cv.py --rounds 5 --json lasso_cv.json
python lasso_cv.py --peers celer
"""

from __future__ import annotations

import argparse
from typing import Any

import harness
import table
from child import Contestant
from lasso_cv_sessions import ALPHAS, COLS, FOLDS, ROWS
from machine import machine

PEERS = {"sklearn": "Sklearn", "celer": "Celer"}


def contestants(threads: int, peers: list[str]) -> list[Contestant]:
    """proxnet first."""
    sessions = {"proxnet": "Ours"} | {name: PEERS[name] for name in peers}
    return [
        Contestant(name, "lasso_cv_sessions", function, {"threads": threads}, needs=(name,))
        for name, function in sessions.items()
    ]


def print_result(result: dict[str, Any]) -> None:
    """Prints seconds, ratio to proxnet, chosen alpha, gap of the fit there, and peak memory."""
    print(f"\n{result['title']}; {result['threads']} thread(s), {result['rounds']} rounds, cores {result['cores']}")
    print(
        f"{'':10}{'seconds':>9}{'ratio':>8}{'quartiles':>14}{'alpha':>11}{'mse':>11}{'gap':>10}{'non-zero':>9}{'MiB':>6}"
    )
    for row in result["contestants"]:
        ratio = row["ratio"]
        print(
            f"{row['name']:10}{row['microseconds'][1] * 1e-6:9.3f}{ratio[1]:8.2f}{f'{ratio[0]:.2f}-{ratio[2]:.2f}':>14}"
            f"{row['alpha']:11.5g}{row['mse']:11.6g}{row['gap']:10.1e}{row['nonzero']:9d}{row['peak_memory_mib']:6.0f}"
        )
    for row in result["contestants"]:
        print(f"  {row['name']}: {row['configuration']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    harness.add_options(parser)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS), metavar="PEER", help="(all)")
    options = parser.parse_args()
    about = machine()
    table.print_machine(about)
    title = f"LassoCV, {ROWS} x {COLS}, {FOLDS} folds x {ALPHAS} alphas"
    result = harness.measure(
        title, harness.available(contestants(options.threads, options.peers)), options, with_peak=False
    )
    print_result(result)
    if options.json:
        table.write_json(options.json, about, [result])


if __name__ == "__main__":
    main()
