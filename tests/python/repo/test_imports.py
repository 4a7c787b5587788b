"""The modules of the package import each other in one direction only."""

from __future__ import annotations

import ast
from pathlib import Path

import proxnet

PACKAGE = Path(proxnet.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.glob("*.pyi")]
}


def imported(module: str, path: Path) -> set[str]:
    """The package's modules that a module imports: at its top, inside functions, or for type checkers alone.

    Importing proxnet.a.b runs proxnet.a too, unless the importing module lies in proxnet.a itself.
    """
    package = module.split(".") if path.stem == "__init__" else module.split(".")[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            home = ".".join([*above, *(node.module or "").split(".")]).rstrip(".")
            inside = {f"{home}.{alias.name}" for alias in node.names}
            names |= inside if inside <= MODULES.keys() else {*inside, home}
    found = names & MODULES.keys()
    parents = {name.rsplit(".", cut)[0] for name in found for cut in range(1, name.count("."))}
    return (found | {name for name in parents if not module.startswith(f"{name}.")}) - {module}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules of which each imports the next, the last one the first; [] where there is no such circle."""
    done: set[str] = set()

    def search(trail: list[str]) -> list[str]:
        for name in sorted(graph[trail[-1]] - done):
            if name in trail:
                return trail[trail.index(name) :]
            if found := search([*trail, name]):
                return found
        done.add(trail[-1])
        return []

    return next((found for name in sorted(graph) if name not in done and (found := search([name]))), [])


def test_no_module_imports_itself_through_others() -> None:
    found = circle({module: imported(module, path) for module, path in MODULES.items()})
    assert not found, f"a circle of imports: {' imports '.join([*found, *found[:1]])}"
