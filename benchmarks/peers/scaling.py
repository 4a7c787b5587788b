"""Step time against threads: every net at 1, 2, 4, 8, ... threads up to all cores, interleaved.

python scaling.py --only lenet300 mlp1024 --peers jax --json scaling.json
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from typing import Any

import harness
import table
from child import Contestant
from machine import machine
from training import ours, peers
from workloads import WORKLOADS

STRENGTH = 1e-9  # so small that no weight becomes zero


def thread_counts(cores: int) -> list[int]:
    """Powers of two, then all cores."""
    return sorted({2**power for power in range(cores.bit_length())} | {cores})


def at_each(contestant: Contestant, counts: list[int]) -> list[Contestant]:
    """The contestant, once per number of threads."""
    return [replace(contestant, name=f"{contestant.name} x{count}", threads=count) for count in counts]


def compare(result: dict[str, Any], counts: list[int]) -> None:
    """Adds threads, speedup over one thread, and whether fewer threads were faster to every row.

    A net is slower with more threads where the lower quartile of its time over that at the next lower count, within
    the rounds, is above 1.
    """
    rows = {row["name"]: row for row in result["contestants"]}
    for name, row in rows.items():
        package, _, threads = name.rpartition(" x")
        row["threads"] = int(threads)
        one, fewer = rows.get(f"{package} x{counts[0]}"), [count for count in counts if count < row["threads"]]
        before = rows.get(f"{package} x{fewer[-1]}") if fewer else None
        if one:
            row["speedup"] = harness.quartiles([a / b for a, b in zip(one["runs"], row["runs"], strict=True)])
        if before:
            times = harness.quartiles([a / b for a, b in zip(row["runs"], before["runs"], strict=True)])
            row["slower_than_fewer"] = times[0] > 1


def print_scaling(result: dict[str, Any]) -> None:
    """The table of one net."""
    print(f"\n{result['title']}; {result['rounds']} rounds")
    print(f"{'contestant':20}{'us/step':>11}{'quartiles':>20}{'speedup':>9}{'quartiles':>12}{'MiB':>7}")
    for row in result["contestants"]:
        low, median, high = row["microseconds"]
        print(f"{row['name']:20}{median:11.1f}{f'{low:.1f}-{high:.1f}':>20}", end="")
        if "speedup" in row:
            slowest, middle, fastest = row["speedup"]
            print(f"{middle:9.2f}{f'{slowest:.2f}-{fastest:.2f}':>12}", end="")
        else:
            print(f"{'':21}", end="")
        print(f"{row['peak_memory_mib']:7.0f}")
    slower = [row["name"] for row in result["contestants"] if row.get("slower_than_fewer")]
    print(f"slower with more threads: {', '.join(slower) or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, conflict_handler="resolve"
    )
    harness.add_options(parser)
    counts = thread_counts(len(os.sched_getaffinity(0)))
    parser.add_argument("--threads", type=int, nargs="+", default=counts, help=f"numbers of threads ({counts})")
    default = ["seed30", "lenet300", "mlp1024"]
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=default, help=f"workloads ({default})")
    names = ("jax", "torch", "torch-compile", "keras-jax", "sklearn")
    parser.add_argument("--peers", nargs="*", choices=names, default=[], metavar="PEER", help=f"of {names} (none)")
    options = parser.parse_args()
    counts = sorted(set(options.threads))
    if counts[0] < 1:
        parser.error(f"--threads: at least 1, got {counts[0]}")
    options.threads = counts[-1]
    about = machine()
    table.print_machine(about)
    results = []
    for name in options.only:
        workload = WORKLOADS[name]
        offered = peers(workload, STRENGTH, None)
        chosen = harness.available([contestant for key, contestant in offered.items() if key in options.peers])
        contestants = [at for one in (ours(workload, STRENGTH, "l1"), *chosen) for at in at_each(one, counts)]
        result = harness.measure(workload.title, contestants, options, with_peak=False)
        result |= {"workload": name, "strength": STRENGTH, "threads": counts}
        compare(result, counts)
        print_scaling(result)
        results.append(result)
        if options.json:
            table.write_json(options.json, about, results)


if __name__ == "__main__":
    main()
