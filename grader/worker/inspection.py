"""Reads a submission's code without running it: where functions are, and which library routines they use."""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from grader.worker.loading import module_name
from grader.worker.notebook import Notebook

# Where a name of a module is defined: the statements that bind it.
Definitions = dict[str, list[ast.stmt]]
MAX_USES = 20


class _Module:
    """One source: its top-level definitions, and what its imported names stand for."""

    def __init__(self, trees: Sequence[tuple[str, ast.Module]]) -> None:
        self.definitions: Definitions = {}
        self.aliases: dict[str, str] = {}
        self.starred: list[str] = []
        self.places: dict[int, str] = {}
        for place, tree in trees:
            for node in ast.walk(tree):
                self._note_import(node)
            for statement in tree.body:
                self.places[id(statement)] = place
                for name in _bound(statement):
                    self.definitions.setdefault(name, []).append(statement)

    def _note_import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.aliases[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if alias.name == "*":
                    self.starred.append(node.module)
                else:
                    self.aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def dotted(self, node: ast.AST) -> str | None:
        """`np.linalg.norm` as `numpy.linalg.norm`; None for what is no name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([self.aliases.get(node.id, node.id), *reversed(parts)])


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement defines, also within `if` and `try`."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    if isinstance(statement, ast.If) and _is_main(statement):
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _is_main(statement: ast.If) -> bool:
    return "__main__" in ast.dump(statement.test)


def uses(
    sources: Mapping[str, str | bytes], notebook: Notebook | None, functions: Sequence[str], patterns: Sequence[str]
) -> list[list[object]]:
    """[file, line, routine] of each use that `functions` (`module.name`) can reach."""
    matches = matching(patterns)
    paths = {module_name(path)[0]: path for path in sources}
    book = None if notebook is None else _Module(_cells(notebook))
    found: dict[tuple[str, int], str] = {}
    todo = [tuple(function.rsplit(".", 1)) for function in functions]
    seen: set[tuple[str, ...]] = set()
    while todo:
        owner, name = key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        path = paths.get(owner)
        module = book if path is None else _module(path, sources[path])
        if module is None:
            continue
        for statement in module.definitions.get(name, []):
            for node, dotted in _names(module, statement):
                if matches(dotted):
                    found.setdefault((module.places[id(statement)], node.lineno), dotted)
                todo += _reached(owner, dotted, paths)
    return [[file, line, routine] for (file, line), routine in sorted(found.items())[:MAX_USES]]


def matching(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a name matches one of the patterns of `fnmatch`.

    Most names differ from all of them before the first wildcard, and a pattern costs more to compile than to read.
    """
    begun = [("".join(itertools.takewhile(lambda sign: sign not in "*?[", one)), one) for one in patterns]
    return lambda name: any(name.startswith(start) and fnmatchcase(name, pattern) for start, pattern in begun)


def places(
    sources: Mapping[str, str | bytes], notebook: Notebook | None, functions: Sequence[str]
) -> list[list[object]]:
    """[file, line] of each `module.name`: its last definition, else its file's first line; [] without a file."""
    files = {module_name(path)[0]: path for path in sources}
    found: list[list[object]] = []
    for function in functions:
        owner, _, name = function.rpartition(".")
        path = files.get(owner)
        if path is None:
            found.append([notebook.path, 1] if notebook is not None else [])
            continue
        module = _module(path, sources[path])
        definitions = [] if module is None else module.definitions.get(name, [])
        found.append([path, definitions[-1].lineno if definitions else 1])
    return found


def _names(module: _Module, statement: ast.stmt) -> Iterator[tuple[ast.expr, str]]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Name) and (dotted := module.dotted(node)):
            yield node, dotted
            if isinstance(node, ast.Name) and node.id not in module.definitions:
                yield from ((node, f"{starred}.{node.id}") for starred in module.starred)


def _reached(owner: str, dotted: str, modules: Container[str]) -> list[tuple[str, str]]:
    """The definitions of the submission's own that a name may stand for."""
    base, _, last = dotted.rpartition(".")
    return [(base, last)] if base in modules else [] if base else [(owner, last)]


@functools.lru_cache(maxsize=64)
def _module(path: str, text: str | bytes) -> _Module | None:
    """What stands in a file; None where that is no Python."""
    tree = _parsed(text)
    return None if tree is None else _Module([(path, tree)])


def _parsed(text: str | bytes) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _cells(notebook: Notebook) -> list[tuple[str, ast.Module]]:
    return [
        (f"{notebook.path}, cell {number}", tree)
        for kind, number, source in notebook.cells
        if kind == "code" and (tree := _parsed(notebook.code(source)))
    ]
