"""The machine: CPU, compiler, versions, load, and its peak FMA rate."""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import importlib
import importlib.metadata
import os
import platform
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PACKAGES = ("proxnet", "numpy", "jax", "jaxlib", "torch", "keras", "scikit-learn")
_VECTORS = {"avx512": (("-mavx512f",), 64), "avx2": (("-mavx2", "-mfma"), 32), "neon": ((), 16)}


class FmaPeak:
    """Measures the FMA peak; a "step" is 0.1 s of multiply-adds."""

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
    """The command of the C++ compiler, or an empty list."""
    for name in filter(None, (os.environ.get("CXX"), "c++", "g++", "clang++")):
        if shutil.which(name.split()[0]):
            return name.split()
    return []


def cpu_flags() -> set[str]:
    """The CPU's features by Linux' names."""
    return set(_cpu_info("flags").split() or _cpu_info("Features").split())


def _cpu_info(key: str) -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.split(":")[0].strip() == key), "")


def machine() -> dict[str, Any]:
    """The context of a benchmark figure: CPU, system, versions, commit, load."""

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
