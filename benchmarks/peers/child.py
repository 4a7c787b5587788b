"""A contestant's process: the parent's handle, and the program that runs in the child.

The parent starts this file as a program and sends lines of JSON; each is answered by one line.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, field
from typing import Any, Protocol

SETTLE = 0.3  # seconds between two runs: idle threads of a pool may spin for a while (OpenBLAS: over 0.03 s)


class Session(Protocol):
    """Returned by a contestant's function in its child process."""

    configuration: str  # the contestant's settings, shown below the table
    steps: int  # per run
    flop: float  # per step

    def run(self) -> None:
        """Train `steps` steps and wait for their end."""

    def report(self) -> dict[str, Any]:
        """Figures of the trained model after all runs: "objective", "zeros", ..."""


@dataclass(frozen=True)
class Contestant:
    """A name for the table, and the `function` of the `module` in this folder that makes its session."""

    name: str
    module: str
    function: str
    arguments: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()  # modules; the contestant is skipped if one is not installed
    threads: int | None = None  # its own number of threads, if contestants differ


class Child:
    """A contestant in its own process, idle between runs."""

    def __init__(self, contestant: Contestant, cores: list[int], settings: dict[str, str]) -> None:
        self.name = contestant.name
        # Unset OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE of the shell: OpenBLAS chooses well by itself.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_")}
        self._process = subprocess.Popen(
            [sys.executable, __file__],
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
        """Sends a line and returns the answer."""
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
        """Ends the process."""
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
    """The child: the first line describes the session, each further line is "run" or "report"."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # output of libraries goes to stderr, not among the answers

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


if __name__ == "__main__":
    _serve()
