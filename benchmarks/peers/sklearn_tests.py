"""scikit-learn's own tests of its linear models, run on proxnet's classes.

The test files are those that scikit-learn installs; nothing of them is kept here. Every name that both packages have is
replaced in `sklearn.linear_model` before the files are read, so lists of parameters hold our classes too. A test counts
where it names one of them: in its body, in a function of its file that it calls, or among its parameters.

    python benchmarks/peers/sklearn_tests.py                        # coordinate descent and ridge
    python benchmarks/peers/sklearn_tests.py --files all --list     # the generalised linear models too; every failure
    python benchmarks/peers/sklearn_tests.py --files ridge -k gcv   # some tests
    python benchmarks/peers/sklearn_tests.py --theirs               # the same tests on scikit-learn's own classes
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import importlib
import io
import os
import sys
import types
from collections.abc import Iterator
from typing import Any

FILES = {
    "coordinate_descent": "sklearn/linear_model/tests/test_coordinate_descent.py",
    "sparse_coordinate_descent": "sklearn/linear_model/tests/test_sparse_coordinate_descent.py",
    "ridge": "sklearn/linear_model/tests/test_ridge.py",
    "logistic": "sklearn/linear_model/tests/test_logistic.py",
    "huber": "sklearn/linear_model/tests/test_huber.py",
    "glm": "sklearn/linear_model/_glm/tests/test_glm.py",
}
GOAL = ("coordinate_descent", "sparse_coordinate_descent", "ridge")
HOMES = ("_coordinate_descent", "_ridge", "_logistic", "_huber", "_glm", "_glm.glm")


def shared_names() -> list[str]:
    """The names that scikit-learn's linear models and ours have in common."""
    import sklearn.linear_model as theirs

    import proxnet.linear_model as ours

    return sorted(set(ours.__all__) & set(theirs.__all__))


def substitute(names: list[str]) -> None:
    """Replaces scikit-learn's classes and functions by ours where the test files import them."""
    import proxnet.linear_model as ours

    for home in ("", *(f".{part}" for part in HOMES)):
        module = importlib.import_module(f"sklearn.linear_model{home}")
        for name in names:
            if hasattr(module, name):
                setattr(module, name, getattr(ours, name))


def globals_named(code: types.CodeType) -> Iterator[str]:
    """The global names and attributes that a function, and the functions in it, look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from globals_named(constant)


def names_ours(function: Any, names: set[str], seen: set[str]) -> bool:
    """Whether a test function or a function of its file that it calls names one of `names`."""
    for name in globals_named(function.__code__):
        if name in names:
            return True
        called = function.__globals__.get(name)
        if isinstance(called, types.FunctionType) and called.__module__ == function.__module__ and name not in seen:
            seen.add(name)
            if names_ours(called, names, seen):
                return True
    return False


def holds_ours(value: Any, names: set[str]) -> bool:
    """Whether a parameter is, or holds, one of the classes or an object of one."""
    if isinstance(value, list | tuple):
        return any(holds_ours(item, names) for item in value)
    if isinstance(value, dict):
        return any(holds_ours(item, names) for item in value.values())
    kind = value if isinstance(value, type | types.FunctionType) else type(value)
    return getattr(kind, "__name__", "") in names or holds_ours(getattr(value, "args", None) or (), names)


class Record:
    """A pytest plugin that keeps the outcome of every test that names our classes."""

    def __init__(self, names: list[str]) -> None:
        self.names = set(names)
        self.named: set[str] = set()
        self.outcome: dict[str, str] = {}
        self.why: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        for item in items:
            function = getattr(item.function, "__wrapped__", item.function)
            parameters = list(getattr(getattr(item, "callspec", None), "params", {}).values())
            helpers = [value for value in parameters if getattr(value, "__module__", "") == function.__module__]
            functions = [function, *(helper for helper in helpers if isinstance(helper, types.FunctionType))]
            named = any(names_ours(each, self.names, set()) for each in functions)
            if named or holds_ours(parameters, self.names):
                self.named.add(item.nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" or report.outcome != "passed":
            outcome = "xfailed" if hasattr(report, "wasxfail") else report.outcome
            if self.outcome.get(report.nodeid) != "failed":
                self.outcome[report.nodeid] = outcome
        if report.outcome == "failed":
            crash = getattr(report.longrepr, "reprcrash", None)
            self.why[report.nodeid] = str(crash.message if crash else report.longrepr).strip()


def run(file: str, names: list[str], extra: list[str]) -> Record:
    """The outcome of one file's tests."""
    import pytest

    record = Record(names)
    sys.modules.pop(file.removesuffix(".py").replace("/", "."), None)
    options = ["-q", "-c", os.devnull, "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=short", "--pyargs"]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main([*options, file.removesuffix(".py").replace("/", "."), *extra], plugins=[record])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        sys.exit(said.getvalue())
    return record


def table(found: dict[str, Record], listed: bool, width: int) -> None:
    """Prints a row per file, and with --list the failures by test function."""
    print(f"{'file':28} {'name ours':>9} {'passed':>7} {'failed':>7} {'share':>7}   {'skipped':>7} {'xfailed':>7}")
    for file, record in found.items():
        count = collections.Counter(record.outcome.get(test, "skipped") for test in record.named)
        ran = count["passed"] + count["failed"]
        share = count["passed"] / ran if ran else 1.0
        counts = f"{ran:9} {count['passed']:7} {count['failed']:7} {share:7.1%}"
        print(f"{file:28} {counts}   {count['skipped']:7} {count['xfailed']:7}")
    if listed:
        for file, record in found.items():
            failed = sorted(t for t in record.named if record.outcome.get(t) == "failed")
            by_function = collections.Counter(test.split("::")[1].split("[")[0] for test in failed)
            for function, number in by_function.items():
                print(f"\n{file} {function}: {number}")
                for test in failed:
                    name = test.split("::")[1]
                    if name.split("[")[0] == function:
                        print(f"  {name[len(function) :]:40} {' '.join(record.why[test].split())[:width]}")


def main() -> None:
    """The programme."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", nargs="+", default=list(GOAL), choices=[*FILES, "all"])
    parser.add_argument("--theirs", action="store_true", help="leave scikit-learn's classes in their place")
    parser.add_argument("--list", action="store_true", help="print every failure")
    parser.add_argument("--width", type=int, default=160, help="of a failure's message")
    parser.add_argument("-k", default="", help="pytest's choice of tests")
    arguments = parser.parse_args()
    names = shared_names()
    if not arguments.theirs:
        substitute(names)
    files = list(FILES) if "all" in arguments.files else arguments.files
    found = {file: run(FILES[file], names, ["-k", arguments.k] if arguments.k else []) for file in files}
    print(f"{'replaced' if not arguments.theirs else 'not replaced'}: {', '.join(names)}\n")
    table(found, arguments.list, arguments.width)


if __name__ == "__main__":
    main()
