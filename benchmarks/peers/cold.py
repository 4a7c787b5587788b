"""The first lasso of a fresh process, imports included: proxnet and scikit-learn interleaved, 100 x 10000.

python cold.py --rounds 21 --json cold.json
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine
from table import print_machine, write_json

ROWS, COLS, ALPHA = 100, 10000, 0.1
PACKAGES = {"proxnet": "proxnet.linear_model", "sklearn": "sklearn.linear_model"}
# Prints the seconds of the fit alone, and the number of non-zero coefficients.
PROGRAMME = f"""
import time
import numpy as np
from {{module}} import Lasso
x = np.random.default_rng(0).standard_normal(({ROWS}, {COLS}))
y = x[:, :5].sum(axis=1)
start = time.perf_counter()
model = Lasso(alpha={ALPHA}).fit(x, y)
print(time.perf_counter() - start, (model.coef_ != 0).sum())
"""


def run(module: str) -> tuple[float, float, int]:
    """(seconds of the process, seconds of its fit, non-zero coefficients)."""
    start = time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAMME.format(module=module)], check=True, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    fit, support = answer.stdout.split()
    return seconds, float(fit), int(support)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21, help="processes of each package (21)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    about = machine()
    print_machine(about)
    names = [name for name in PACKAGES if importlib.util.find_spec(name)]
    runs: dict[str, list[tuple[float, float, int]]] = {name: [] for name in names}
    for name in names:
        run(PACKAGES[name])  # warms the page cache
    for turn in range(options.rounds):
        for name in names if turn % 2 else reversed(names):
            runs[name].append(run(PACKAGES[name]))
    print(f"\nLasso(alpha={ALPHA:g}), {ROWS} x {COLS}, in a fresh process; {options.rounds} rounds, seconds")
    print(f"{'':8}{'process':>9}{'ratio':>7}{'quartiles':>11}{'fit alone':>11}{'quartiles':>14}{'non-zero':>10}")
    result: dict[str, Any] = {"rows": ROWS, "cols": COLS, "alpha": ALPHA, "rounds": options.rounds, "contestants": []}
    base = np.array([seconds for seconds, _, _ in runs[names[0]]])
    for name in names:
        process, fit, support = (np.array(column) for column in zip(*runs[name], strict=True))
        low, middle, high = np.percentile(process / base, (25, 50, 75))
        fits = np.percentile(fit, (25, 50, 75))
        print(
            f"{name:8}{np.median(process):9.3f}{middle:7.2f}{f'{low:.2f}-{high:.2f}':>11}{fits[1]:11.4f}"
            f"{f'{fits[0]:.4f}-{fits[2]:.4f}':>14}{support[0]:10d}"
        )
        result["contestants"].append({"name": name, "process": process.tolist(), "fit": fit.tolist()})
    if options.json:
        write_json(options.json, about, [result])


if __name__ == "__main__":
    main()
