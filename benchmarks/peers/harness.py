"""Times contestants interleaved, each in its own process, so that noise of the machine affects all of them alike.

A contestant names a function of a file in this folder. A child process calls it and gets a `Session`, whose `run`
trains a fixed number of steps. The parent lets one child run at a time (A B C, B C A, C A B, ...). Reported are the
ratios within a round: median and quartiles.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import statistics
from pathlib import Path
from typing import Any

from child import Child, Contestant
from machine import cpu_flags, find_compiler

PEAK = "FMA peak"


def add_options(parser: argparse.ArgumentParser, rounds: int = 15) -> None:
    """The command line options of every program."""
    parser.add_argument("--threads", type=int, default=2, help="of every contestant, pinned to as many cores (2)")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"timed runs of each contestant ({rounds})")
    parser.add_argument("--warmup", type=int, default=2, help="untimed runs of each before them (2)")
    parser.add_argument("--isa", choices=("baseline", "avx2", "avx512", "neon"), help="ours and the FMA peak's")
    parser.add_argument("--isa-peers", choices=("avx2", "avx512"), help="a limit for the peers (none)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")


def environment(options: argparse.Namespace, threads: int) -> dict[str, str]:
    """Variables added to a child's environment: thread counts and instruction sets."""
    names = ("OMP", "MKL", "OPENBLAS", "PROXNET")
    result = {f"{name}_NUM_THREADS": str(threads) for name in names} | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    flags = [os.environ.get("XLA_FLAGS", "")]
    if threads == 1:
        flags.append("--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    if options.isa:
        result["PROXNET_ISA"] = options.isa
    if options.isa_peers:
        flags.append(f"--xla_cpu_max_isa={options.isa_peers.upper()}")
        result["ATEN_CPU_CAPABILITY"] = options.isa_peers
        result["ONEDNN_MAX_CPU_ISA"] = {"avx2": "AVX2", "avx512": "AVX512_CORE"}[options.isa_peers]
        result["MKL_ENABLE_INSTRUCTIONS"] = options.isa_peers.upper()
        result["OPENBLAS_CORETYPE"] = {"avx2": "Haswell", "avx512": "SkylakeX"}[options.isa_peers]
    return result | {"XLA_FLAGS": " ".join(filter(None, flags))}


def pick_cores(count: int) -> list[int]:
    """`count` of the CPUs that this process may use, on different cores as far as possible."""

    def shared(cpu: int) -> int:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        text = siblings.read_text() if siblings.exists() else str(cpu)
        return int(text.replace("-", ",").split(",")[0]) != cpu

    allowed = sorted(os.sched_getaffinity(0), key=lambda cpu: (shared(cpu), cpu))
    if len(allowed) < count:
        print(f"note: {count} threads on {len(allowed)} cores")
    return allowed[:count]


def available(contestants: list[Contestant]) -> list[Contestant]:
    """The contestants whose modules are installed; prints the others."""
    kept = []
    for contestant in contestants:
        missing = [name for name in contestant.needs if importlib.util.find_spec(name) is None]
        if missing:
            print(f"left out: {contestant.name} ({', '.join(missing)} is not installed)")
        else:
            kept.append(contestant)
    return kept


def peak_contestant(options: argparse.Namespace) -> list[Contestant]:
    """The FMA peak of proxnet's instruction set as a contestant, if there is a compiler."""
    flags = cpu_flags()
    best = "avx512" if "avx512f" in flags else "avx2" if {"avx2", "fma"} <= flags else "neon"
    isa = options.isa or best
    if not find_compiler() or isa == "baseline":
        print(f"left out: {PEAK} ({'no C++ compiler' if isa != 'baseline' else 'the baseline has no FMA'})")
        return []
    return [Contestant(PEAK, "machine", "FmaPeak", {"threads": options.threads, "isa": isa})]


def measure(
    title: str, contestants: list[Contestant], options: argparse.Namespace, *, with_peak: bool = True
) -> dict[str, Any]:
    """Warms up, then runs the contestants interleaved; ratios are others / first."""
    cores, settings = pick_cores(options.threads), environment(options, options.threads)
    peers = contestants[1:] + (peak_contestant(options) if with_peak else [])
    with contextlib.ExitStack() as stack:
        children: list[Child] = []

        def attempt(child: Child, runs: int) -> None:
            """Continues without a peer that fails."""
            try:
                child.microseconds += [child.run() for _ in range(runs)]
            except RuntimeError as error:
                if child is children[0]:
                    raise
                print(f"left out: {error}")
                children.remove(child)

        for contestant in (contestants[0], *peers):
            try:
                own = contestant.threads
                settled = (pick_cores(own), environment(options, own)) if own else (cores, settings)
                children.append(Child(contestant, *settled))
            except RuntimeError as error:
                if contestant is contestants[0]:
                    raise
                print(f"left out: {error}")
                continue
            stack.callback(children[-1].close)
            attempt(children[-1], options.warmup)
        for child in children:
            child.microseconds.clear()
        for turn in range(options.rounds):
            first = turn % len(children)
            for child in children[first:] + children[:first]:
                attempt(child, 1)
        rows = [_row(child, children) | child.ask("report") for child in children]
    steps = children[0].steps
    result = {"title": title, "threads": options.threads, "cores": cores, "steps": steps, "rounds": options.rounds}
    result |= {"warmup": options.warmup, "isa": options.isa, "isa_peers": options.isa_peers}
    return result | {"environment": settings, "contestants": rows}


def quartiles(values: list[float]) -> list[float]:
    """Lower quartile, median, upper quartile."""
    if len(values) < 2:
        return [values[0]] * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def _row(child: Child, children: list[Child]) -> dict[str, Any]:
    """The figures of one contestant; each list is lower quartile, median, upper quartile."""
    base, peak = children[0], next((c for c in children if c.name == PEAK), None)
    row: dict[str, Any] = {"name": child.name, "configuration": child.configuration}
    row |= {"runs": child.microseconds, "microseconds": quartiles(child.microseconds)}
    speeds = [child.flop / us * 1e-3 for us in child.microseconds]
    row["gflops"] = quartiles(speeds)
    if child.name != PEAK:
        row["ratio"] = quartiles([a / b for a, b in zip(child.microseconds, base.microseconds, strict=True)])
        if peak:
            row["of_peak"] = quartiles(
                [speed / (peak.flop / us * 1e-3) for speed, us in zip(speeds, peak.microseconds, strict=True)]
            )
    return row
