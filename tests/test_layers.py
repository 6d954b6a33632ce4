"""The rooms of ARCHITECTURE.md, read from the imports: a module imports only what stands before it."""

from __future__ import annotations

import ast
from collections.abc import Collection
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "grader"

# From left to right; files of one room may import each other, without a circle.
ROOMS = [
    "errors", "atoms", "wire", "model", "export", "worker", "rubric", "sandbox", "cache", "course", "intake", "doctor", "checks",
    "writeup", "assignment", "kit", "results", "sheets", "grading", "terminal", "report", "review", "extra", "validation", "cli",
    "__main__",
]  # fmt: skip
RANK = {name: rank for rank, name in enumerate(ROOMS)}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
INSIDE = {"grader", "numpy", "msgpack", "markdown_it", "mdurl", "torch", "math_core", "pypdf"}


def imports(path: Path) -> set[str]:
    """The dotted names that a module imports, at its top or within a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide the layer"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer(dotted: str) -> int:
    """The rank of `grader.<name>…`."""
    return RANK[dotted.split(".")[1]]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_imports_upwards(path):
    """What enters the sandbox cannot import what knows an answer; nothing low knows what is high."""
    own = layer(".".join(["grader", *path.relative_to(PACKAGE).with_suffix("").parts]))
    upward = {
        name
        for name in imports(path)
        if name.startswith("grader.") and name.split(".")[1] in RANK and layer(name) > own
    }
    assert not upward


@pytest.mark.parametrize("path", sorted((PACKAGE / "worker").rglob("*.py")), ids=lambda path: path.name)
def test_the_worker_imports_nothing_else(path):
    """Inside the sandbox there are the standard library, numpy, the message format and parsers of documents."""
    import sys

    outside = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - INSIDE
    assert not outside
    own = {name for name in imports(path) if name.startswith("grader.")}
    assert all(name.split(".")[1] in ("atoms", "wire", "worker", "errors") for name in own)


def test_every_module_has_a_room():
    """A new module is placed on purpose."""
    names = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    assert names - set(RANK) == set()


def dotted(path: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(["grader", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")


def imported_modules(path: Path, known: Collection[str]) -> set[str]:
    """Which of the known modules a file imports, for its types too, wherever in it."""
    names = imports(path)
    return {name if name in known else name.rpartition(".")[0] for name in names} & set(known)


def test_there_is_no_cycle_of_modules():
    """Modules can be read in an order in which each is explained by those before it."""
    files = {dotted(path): path for path in MODULES}
    edges = {name: imported_modules(path, files) - {name} for name, path in files.items()}
    done: set[str] = set()
    while ready := {name for name in edges if name not in done and edges[name] <= done}:
        done |= ready
    assert set(edges) - done == set()
