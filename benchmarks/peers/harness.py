"""Times contestants side by side: each in a process of its own, in turns, so that a noisy machine is noisy for all.

A contestant names a function of a workload's file; a child process calls it and gets a `Session`, whose `run` trains a
fixed number of steps. The parent tells one child at a time to run (A B C, B C A, C A B, ...), and what counts are the
ratios within a round: their median, and their quartiles as the spread.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import datetime
import importlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

HERE = Path(__file__).resolve().parent
PEAK = "FMA peak"
SETTLE = 0.03  # seconds between two runs: what the last child's thread pool may spin after its work is done
PACKAGES = ("proxnet", "numpy", "jax", "jaxlib", "torch", "keras", "scikit-learn")
_VECTORS = {"avx512": (("-mavx512f",), 64), "avx2": (("-mavx2", "-mfma"), 32), "neon": ((), 16)}


class Session(Protocol):
    """What a contestant's function returns, in its child process."""

    configuration: str  # how this contestant was set up, for the reader of the table
    steps: int  # of one run
    flop: float  # of one step

    def run(self) -> None:
        """Train `steps` steps and wait for their end."""

    def report(self) -> dict[str, Any]:
        """What became of the model, once all runs are done: "objective", "zeros", ..."""


@dataclass(frozen=True)
class Contestant:
    """A name for the table, and what makes its session: `function` of the module `module` beside this file."""

    name: str
    module: str
    function: str
    arguments: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()  # modules; where one is not installed the contestant is left out


# ---------------------------------------------------------------------------------------------------- the options


def add_options(parser: argparse.ArgumentParser, rounds: int = 15) -> None:
    """The options that every file of workloads has."""
    parser.add_argument("--threads", type=int, default=2, help="of every contestant, pinned to as many cores (2)")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"timed runs of each contestant ({rounds})")
    parser.add_argument("--warmup", type=int, default=2, help="untimed runs of each before them (2)")
    parser.add_argument("--isa", choices=("baseline", "avx2", "avx512", "neon"), help="ours and the FMA peak's")
    parser.add_argument("--isa-peers", choices=("avx2", "avx512"), help="a limit for the peers (none)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")


def environment(options: argparse.Namespace) -> dict[str, str]:
    """What every child's environment has beside the parent's: thread counts and instruction sets."""
    threads = str(options.threads)
    names = ("OMP", "MKL", "OPENBLAS", "PROXNET")
    result = {f"{name}_NUM_THREADS": threads for name in names} | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    flags = [os.environ.get("XLA_FLAGS", "")]
    if options.threads == 1:
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
    """As many CPUs as `count` of those this process may use; those that share a core with another come last."""

    def shared(cpu: int) -> int:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        text = siblings.read_text() if siblings.exists() else str(cpu)
        return int(text.replace("-", ",").split(",")[0]) != cpu

    allowed = sorted(os.sched_getaffinity(0), key=lambda cpu: (shared(cpu), cpu))
    if len(allowed) < count:
        print(f"note: {count} threads on {len(allowed)} cores")
    return allowed[:count]


# -------------------------------------------------------------------------------------------- the child processes


class Child:
    """A contestant at work in its own process, which waits between two runs."""

    def __init__(self, contestant: Contestant, cores: list[int], settings: dict[str, str]) -> None:
        self.name = contestant.name
        # A shell's OPENBLAS_CORETYPE or OPENBLAS_L2_SIZE would hold back a peer that chooses well by itself.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_")}
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "harness.py"), "--child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=inherited | settings | contestant.environment,
        )
        keys = ("module", "function", "arguments")
        try:
            hello = self.ask({key: getattr(contestant, key) for key in keys} | {"cores": cores})
        except BaseException:
            self.close()
            raise
        self.configuration, self.steps, self.flop = hello["configuration"], hello["steps"], hello["flop"]
        self.microseconds: list[float] = []  # per step, of the timed runs

    def ask(self, question: Any) -> Any:
        """Send a line, get one."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer = json.loads(line) if line else {"error": f"its process ended ({self._process.wait()})"}
        if "error" in answer:
            raise RuntimeError(f"{self.name}: {answer['error']}")
        return answer

    def run(self) -> float:
        """Microseconds per step of one run."""
        time.sleep(SETTLE)
        return self.ask("run")["seconds"] / self.steps * 1e6

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def _serve() -> None:
    """The child's side: a session is made of the first line, then every line is "run" or "report"."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not get among the answers

    def answer(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    try:
        order = json.loads(sys.stdin.readline())
        os.sched_setaffinity(0, order["cores"])
        session = getattr(importlib.import_module(order["module"]), order["function"])(**order["arguments"])
        answer({key: getattr(session, key) for key in ("configuration", "steps", "flop")})
        for line in sys.stdin:
            if json.loads(line) == "run":
                start = time.perf_counter()
                session.run()
                answer({"seconds": time.perf_counter() - start})
            else:
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                answer(session.report() | {"peak_memory_mib": memory})
    except KeyboardInterrupt:
        pass
    except Exception as error:
        traceback.print_exc()
        answer({"error": f"{type(error).__name__}: {error}".splitlines()[0]})


# -------------------------------------------------------------------------------------------------- the FMA peak


class FmaPeak:
    """The session that measures the machine itself; a "step" is a tenth of a second of multiply-adds."""

    steps = 1

    def __init__(self, threads: int, isa: str) -> None:
        flags, width = _VECTORS[isa]
        compiler = find_compiler()
        with tempfile.TemporaryDirectory() as folder:
            library = f"{folder}/fma_peak.so"
            options = ["-O3", "-std=c++20", "-ffp-contract=fast", "-pthread", "-shared", "-fPIC", *flags]
            source = str(HERE / "fma_peak.cpp")
            subprocess.run([*compiler, *options, f"-DVECTOR_BYTES={width}", source, "-o", library], check=True)
            self._function = ctypes.CDLL(library).fma_peak
        self._function.restype = ctypes.c_double
        self._function.argtypes = [ctypes.c_int, ctypes.c_long, ctypes.c_void_p]
        self._threads, self._results, self._iterations = threads, (ctypes.c_float * threads)(), 1_000_000
        self.run()
        start = time.perf_counter()
        self.run()
        self._iterations = max(1, int(self._iterations * 0.1 / (time.perf_counter() - start)))
        self.run()
        self.configuration = f"independent {isa} multiply-adds on {threads} thread(s), {' '.join(compiler)}"

    def run(self) -> None:
        self.flop = self._function(self._threads, self._iterations, self._results)

    def report(self) -> dict[str, Any]:
        return {}


def find_compiler() -> list[str]:
    """The C++ compiler's command, or nothing."""
    for name in filter(None, (os.environ.get("CXX"), "c++", "g++", "clang++")):
        if shutil.which(name.split()[0]):
            return name.split()
    return []


def peak_contestant(options: argparse.Namespace) -> list[Contestant]:
    """The FMA peak at ours' instruction set as a contestant, where there is a compiler."""
    flags = cpu_flags()
    best = "avx512" if "avx512f" in flags else "avx2" if {"avx2", "fma"} <= flags else "neon"
    isa = options.isa or best
    if not find_compiler() or isa == "baseline":
        print(f"left out: {PEAK} ({'no C++ compiler' if isa != 'baseline' else 'the baseline has no FMA'})")
        return []
    return [Contestant(PEAK, "harness", "FmaPeak", {"threads": options.threads, "isa": isa})]


# ------------------------------------------------------------------------------------------------- the measuring


def available(contestants: list[Contestant]) -> list[Contestant]:
    """Those whose modules are installed; the others are named."""
    kept = []
    for contestant in contestants:
        missing = [name for name in contestant.needs if importlib.util.find_spec(name) is None]
        if missing:
            print(f"left out: {contestant.name} ({', '.join(missing)} is not installed)")
        else:
            kept.append(contestant)
    return kept


def measure(title: str, contestants: list[Contestant], options: argparse.Namespace) -> dict[str, Any]:
    """Warm up, then run in turns; the first contestant is the one that all ratios refer to (others / first)."""
    cores, settings = pick_cores(options.threads), environment(options)
    peers = contestants[1:] + peak_contestant(options)
    with contextlib.ExitStack() as stack:
        children: list[Child] = []

        def attempt(child: Child, runs: int) -> None:
            """Keeps going without a peer that fails."""
            try:
                child.microseconds += [child.run() for _ in range(runs)]
            except RuntimeError as error:
                if child is children[0]:
                    raise
                print(f"left out: {error}")
                children.remove(child)

        for contestant in (contestants[0], *peers):
            try:
                children.append(Child(contestant, cores, settings))
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


def _quartiles(values: list[float]) -> list[float]:
    if len(values) < 2:
        return [values[0]] * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def _row(child: Child, children: list[Child]) -> dict[str, Any]:
    """The figures of one contestant; each list is lower quartile, median, upper quartile."""
    base, peak = children[0], next((c for c in children if c.name == PEAK), None)
    row: dict[str, Any] = {"name": child.name, "configuration": child.configuration}
    row |= {"runs": child.microseconds, "microseconds": _quartiles(child.microseconds)}
    speeds = [child.flop / us * 1e-3 for us in child.microseconds]
    row["gflops"] = _quartiles(speeds)
    if child.name != PEAK:
        row["ratio"] = _quartiles([a / b for a, b in zip(child.microseconds, base.microseconds, strict=True)])
        if peak:
            row["of_peak"] = _quartiles(
                [speed / (peak.flop / us * 1e-3) for speed, us in zip(speeds, peak.microseconds, strict=True)]
            )
    return row


# ------------------------------------------------------------------------------------------------- the reporting


def cpu_flags() -> set[str]:
    """The CPU's features by Linux' names."""
    return set(_cpu_info("flags").split() or _cpu_info("Features").split())


def _cpu_info(key: str) -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.split(":")[0].strip() == key), "")


def machine() -> dict[str, Any]:
    """What a figure is worth nothing without: CPU, system, versions, commit, load."""

    def output(*command: str) -> str:
        result = subprocess.run(command, capture_output=True, text=True, cwd=HERE, check=False)
        return result.stdout.strip() if result.returncode == 0 else ""

    versions = {}
    for name in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(name)
    with contextlib.suppress(ImportError):
        info = importlib.import_module("proxnet").build_info()
        versions["proxnet"] = f"{info['version']} ({info['compiler']}, {info['isa']})"
    simd = sorted(cpu_flags() & {"avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "asimd", "sve"})
    compiler = find_compiler()
    return {
        "cpu": _cpu_info("model name") or platform.processor() or platform.machine(),
        "cpu_family": f"family {_cpu_info('cpu family')} model {_cpu_info('model')}",
        "cores": len(os.sched_getaffinity(0)),
        "simd": simd,
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": versions,
        "compiler": output(*compiler, "--version").partition("\n")[0] if compiler else "",
        "commit": output("git", "rev-parse", "--short", "HEAD") + ("+" if output("git", "status", "-s") else ""),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="minutes"),
        "load": round(os.getloadavg()[0], 2),
    }


def print_machine(about: dict[str, Any]) -> None:
    """The machine line."""
    versions = " · ".join(f"{name} {version}" for name, version in about["versions"].items())
    print(
        f"{about['cpu']} ({about['cpu_family']}), {about['cores']} cores, {' '.join(about['simd'])}, "
        f"{about['memory_gib']} GiB · {about['system']} · Python {about['python']} · {about['compiler']}\n"
        f"{versions} · commit {about['commit']} · {about['date']} · load {about['load']}"
    )


def print_result(result: dict[str, Any]) -> None:
    """The table of one workload, and below it how each contestant was set up."""
    rows, base = result["contestants"], result["contestants"][0]["name"]
    print(f"\n{result['title']}; {result['threads']} thread(s) on cores {result['cores']}, {result['rounds']} rounds")
    head = ("contestant", "us/step", "quartiles", f"ratio to {base}", "quartiles", "GFLOP/s", "of peak", "objective")
    cells = [(*head, "zeros")]
    for row in rows:
        low, median, high = row["microseconds"]
        is_peak = row["name"] == PEAK
        ratio, of_peak = row.get("ratio"), row.get("of_peak")
        cells.append(
            (
                row["name"],
                "" if is_peak else f"{median:.1f}",
                "" if is_peak else f"{low:.1f}-{high:.1f}",
                f"{ratio[1]:.3f}" if ratio else "",
                f"{ratio[0]:.3f}-{ratio[2]:.3f}" if ratio else "",
                f"{row['gflops'][1]:.1f}",
                f"{100 * of_peak[1]:.1f} %" if of_peak else "",
                f"{row['objective']:.5f}" if "objective" in row else "",
                f"{100 * row['zeros']:.1f} %" if "zeros" in row else "",
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for first, *others in cells:
        padded = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *padded]))
    for row in rows:
        print(f"  {row['name']}: {row['configuration']}")


def write_json(file: Path, about: dict[str, Any], results: list[dict[str, Any]]) -> None:
    """The figures of a whole run, for plot.py and for comparing runs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"command": sys.argv, "machine": about, "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    _serve()
