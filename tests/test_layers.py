"""The layers of ARCHITECTURE.md, read from the imports: a module imports only what stands before it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "grader"

# From left to right; modules of one layer may import each other, without a cycle.
LAYERS = [
    ["errors", "threads"],
    ["wire", "worker"],
    ["verdict", "outcome", "arrays", "tolerance", "escaping"],
    ["rubric", "submission", "writeup", "course", "work"],
    ["digests", "preparations", "importing"],
    ["sandbox", "unpacking"],
    ["doctor"],
    ["checks"],
    ["assignment"],
    ["kit"],
    ["grading"],
    ["checking", "watching", "locating", "sitting", "engine"],
    ["seeds", "cluster"],
    ["store"],
    ["changes"],
    ["export"],
    ["terminal", "gradescope"],
    ["batch"],
    ["validation"],
    ["cli"],
    ["pytest_plugin"],
    ["__main__"],
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
INSIDE = {"grader", "numpy", "msgpack", "markdown_it", "mdurl", "torch"}


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
    """Inside the sandbox there are the standard library, numpy, the message format and the Markdown parser."""
    import sys

    outside = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - INSIDE
    assert not outside
    own = {name for name in imports(path) if name.startswith("grader.")}
    assert all(name.split(".")[1] in ("wire", "worker", "errors") for name in own)


def test_every_module_has_a_layer():
    """A new module is placed on purpose."""
    names = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    assert names - set(RANK) == set()


def test_there_is_no_cycle_of_modules():
    """Modules can be read in an order in which each is explained by those before it."""
    dotted = {
        ".".join(["grader", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__"): path
        for path in MODULES
    }
    edges = {name: set() for name in dotted}
    for name, path in dotted.items():
        for target in top_imports(path):
            known = target if target in dotted else target.rpartition(".")[0]
            if known in dotted and known != name:
                edges[name].add(known)
    done: set[str] = set()
    while ready := {name for name in edges if name not in done and edges[name] <= done}:
        done |= ready
    assert set(edges) - done == set()


def top_imports(path: Path) -> set[str]:
    """The names that importing a module imports: not those within functions or for type checking."""
    tree = ast.parse(path.read_text())
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names
