"""Habits of the code itself: one meaning for each name of a type, and functions called by what they do or answer."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
import statistics
from collections import defaultdict

import pytest

from tests.conftest import ROOT
from tests.test_layers import PACKAGE, dotted, imported_modules

# Two files of another project stand under `foreign` as they are.
FILES = [path for path in sorted((ROOT / "grader").rglob("*.py")) if "foreign" not in path.parts]

IRREGULAR = {
    "begun", "bound", "broken", "brought", "built", "caught", "chosen", "done", "drawn", "driven", "fed", "forgotten",
    "found", "frozen", "given", "gone", "grown", "held", "hidden", "kept", "known", "laid", "left", "lost", "made", "meant",
    "met", "paid", "said", "seen", "sent", "shown", "sold", "spoken", "spent", "stolen", "taken", "taught", "thrown", "told",
    "torn", "understood", "withheld", "won", "worn", "written",
}  # fmt: skip
# Nouns, imperatives, and what instructors write: `expect.unchanged(...)`; what a database knows and finds.
NO_PARTICIPLES = {"docstring", "embed", "feed", "heading", "listing", "nothing", "ring", "unchanged", "bring", "thing"}


def trees() -> dict[str, ast.Module]:
    """The code by its path; it takes much room, and tests of other things fork."""
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in FILES}


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a tree, at whatever depth."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def is_text(statement: ast.stmt) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def is_property(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is read like a field, which is called by what it is."""
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def is_bare_participle(name: str) -> bool:
    """`packed`, `_told`, `warming`; not `pack`, `told_apart` or `packed_size`."""
    word = name.strip("_")
    if word in NO_PARTICIPLES or not word.isalpha():
        return False
    return word.endswith(("ed", "ing")) or word in IRREGULAR


LONGEST = 400


def too_long(texts: dict[str, str]) -> dict[str, int]:
    """How many lines the files have that have too many, by their paths."""
    lengths = {path: text.count("\n") for path, text in texts.items()}
    return {path: length for path, length in lengths.items() if length > LONGEST}


def test_no_file_is_long():
    """A file that grows beyond 400 lines has a second job, which gets a file of its own; another project's stays."""
    everywhere = [
        path for folder in ("grader", "tests", "docs", "benchmarks") for path in (ROOT / folder).rglob("*.py")
    ]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(errors="replace") for path in everywhere}
    assert too_long(texts).keys() == {"grader/worker/foreign/inputtransformer2.py"}
    assert too_long({"a": "x\n" * (LONGEST + 1), "b": "x\n" * LONGEST}) == {"a": LONGEST + 1}


def test_most_functions_are_short():
    """Half of them have at most five lines after their docstring."""
    lengths = [
        sum(
            len(range(part.lineno, (part.end_lineno or part.lineno) + 1)) for part in function.body if not is_text(part)
        )
        for tree in trees().values()
        for function in functions(tree)
    ]
    assert statistics.median(lengths) <= 5


@pytest.mark.parametrize("name", ["packed", "_told", "known", "warming", "_found"])
def test_a_participle_is_seen(name):
    """The rule itself."""
    assert is_bare_participle(name) and not is_bare_participle(f"{name}_again")


def test_no_function_is_called_by_a_bare_participle():
    """A verb for what acts, a noun for what answers; only a property may be called by a state."""
    found = [
        f"{path}:{function.lineno} {function.name}"
        for path, tree in trees().items()
        for function in functions(tree)
        if is_bare_participle(function.name) and not is_property(function)
    ]
    assert found == []


def test_a_type_has_one_meaning():
    """A class's name stands once in the package, so that whoever reads it knows which one is meant."""
    places = defaultdict(list)
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path}:{node.lineno}")
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_the_map_lists_each_file_after_what_it_imports():
    """The order of the files within a room stands in the map of the modules, and every import keeps to it."""
    listed = re.findall(r"^\| `([\w/]+(?:\.py|/))`", (ROOT / "docs/reference/modules.md").read_text(), re.MULTILINE)
    paths = [PACKAGE / (f"{name}__init__.py" if name.endswith("/") else name) for name in listed]
    files = {dotted(path): path for path in paths if path.exists()}
    before: set[str] = set()
    for name, path in files.items():
        later = imported_modules(path, files) - before - {name}
        assert later == set(), f"{name} stands before what it imports"
        before.add(name)
    assert len(before) > 300


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if "    >>> " in path.read_text()],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_examples_come_out_as_they_say(path):
    """What a docstring shows is run."""
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found = doctest.testmod(module)
    assert found.attempted and not found.failed
