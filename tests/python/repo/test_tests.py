"""The tests keep their own rules."""

import ast
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def test_no_test_module_imports_another() -> None:
    """What several test modules need is in tools/, so that each runs alone and none is read for another's sake."""
    modules = {path.stem for path in TESTS.rglob("test_*.py")}
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            shared = modules & {name.split(".")[0] for name in names}
            assert not shared, f"{path.relative_to(TESTS)} imports {shared.pop()}"
