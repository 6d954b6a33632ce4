"""Reads a submission's code without running it: where functions are, and which library routines they use."""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from grader.worker.module_names import files_by_module, module_name
from grader.worker.notebook import Notebook, book_for, python_source

# Where a name of a module is defined: the statements that bind it.
Definitions = dict[str, list[ast.stmt]]
MAX_USES = 20
_MAX_HOPS = 20  # from one module that imports a name to the next


class _Source:
    """One source: its top-level definitions, and what its imported names stand for.

    Args:
        package: in which the source lies, or which it makes.
    """

    def __init__(self, trees: Sequence[tuple[str, ast.Module]], package: str = "") -> None:
        self._package = package
        self.definitions: Definitions = {}
        self.aliases: dict[str, str] = {}
        self.starred: list[str] = []
        self.places: dict[int, str] = {}
        for place, tree in trees:
            for node in ast.walk(tree):
                self._note_import(node)
            for statement in tree.body:
                self.places[id(statement)] = place
                for name in bound_names(statement):
                    self.definitions.setdefault(name, []).append(statement)

    def _note_import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.aliases[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and (module := self._source(node)):
            for alias in node.names:
                if alias.name == "*":
                    self.starred.append(module)
                else:
                    self.aliases[alias.asname or alias.name] = f"{module}.{alias.name}"

    def _source(self, node: ast.ImportFrom) -> str:
        """The module that names are imported from, also where it is told from the module's own place."""
        if not node.level:
            return node.module or ""
        package = self._package.split(".")
        parts = [*package[: len(package) - node.level + 1], *([node.module] if node.module else [])]
        return ".".join(filter(None, parts))

    def dotted_name(self, node: ast.AST) -> str | None:
        """`np.linalg.norm` as `numpy.linalg.norm`; None for what is no name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([self.aliases.get(node.id, node.id), *reversed(parts)])


def bound_names(statement: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement defines, also within `if` and `try`."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    if isinstance(statement, ast.If) and is_main(statement):
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def is_main(statement: ast.If) -> bool:
    """Whether it asks if the module is run as a script."""
    return "__main__" in ast.dump(statement.test)


def uses(
    sources: Mapping[str, str | bytes], notebooks: Sequence[Notebook], functions: Sequence[str], patterns: Sequence[str]
) -> list[list[object]]:
    """[file, line, routine] of each use that `functions` (`module.name`) can reach."""
    matches = matcher(patterns)
    paths = files_by_module(sources)
    books = {book.path: _Source(_cells(book)) for book in notebooks}
    found: dict[tuple[str, int], str] = {}
    todo = [tuple(function.rsplit(".", 1)) for function in functions]
    seen: set[tuple[str, ...]] = set()
    while todo:
        owner, name = key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        path = paths.get(owner)
        book = book_for(owner, notebooks)
        module = _module(path, sources[path]) if path is not None else books[book.path] if book is not None else None
        if module is None or name not in module.definitions:
            todo += _defined_elsewhere(owner, name, module, paths)
        if module is None:
            continue
        for statement in module.definitions.get(name, []):
            for node, dotted in _names(module, statement):
                if matches(dotted):
                    found.setdefault((module.places[id(statement)], node.lineno), dotted)
                todo += _reachable(owner, dotted, paths)
    return [[file, line, routine] for (file, line), routine in sorted(found.items())[:MAX_USES]]


def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a name matches one of the patterns of `fnmatch`.

    Most names differ from all of them before the first wildcard, and a pattern costs more to compile than to read.
    """
    begun = [("".join(itertools.takewhile(lambda sign: sign not in "*?[", one)), one) for one in patterns]
    return lambda name: any(name.startswith(start) and fnmatchcase(name, pattern) for start, pattern in begun)


def places(
    sources: Mapping[str, str | bytes], notebooks: Sequence[Notebook], functions: Sequence[str]
) -> list[list[object]]:
    """[file, line] of each `module.name`: its last definition, else its file's first line; [] without a file."""
    files = files_by_module(sources)
    return [_place(function, files, sources, notebooks) for function in functions]


def _place(
    function: str, files: Mapping[str, str], sources: Mapping[str, str | bytes], notebooks: Sequence[Notebook]
) -> list[object]:
    """Where a function is defined; the module that the function is asked of where it only imports it from elsewhere."""
    owner, _, name = function.rpartition(".")
    book = book_for(owner, notebooks)
    place: list[object] = [files[owner], 1] if owner in files else [book.path, 1] if book is not None else []
    for _ in range(_MAX_HOPS):
        module = _module(files[owner], sources[files[owner]]) if owner in files else None
        if module is not None and name in module.definitions:
            return [files[owner], module.definitions[name][-1].lineno]
        elsewhere = _defined_elsewhere(owner, name, module, files)
        if not elsewhere:
            break
        owner, name = elsewhere[0]
    return place


def _names(module: _Source, statement: ast.stmt) -> Iterator[tuple[ast.expr, str]]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Name) and (dotted := module.dotted_name(node)):
            yield node, dotted
            if isinstance(node, ast.Name) and node.id not in module.definitions:
                yield from ((node, f"{starred}.{node.id}") for starred in module.starred)


def _reachable(owner: str, dotted: str, modules: Container[str]) -> list[tuple[str, str]]:
    """The definitions of the submission's own that a name may stand for."""
    base, _, last = dotted.rpartition(".")
    return [(base, last)] if base in modules else [] if base else [(owner, last)]


def _defined_elsewhere(owner: str, name: str, module: _Source | None, modules: Container[str]) -> list[tuple[str, str]]:
    """Where a name of a module is defined that only imports it, or that is a package with a module of that name."""
    if module is not None and name in module.aliases:
        return _reachable(owner, module.aliases[name], modules)
    return [(f"{owner}.{name}", name)] if f"{owner}.{name}" in modules else []


@functools.lru_cache(maxsize=64)
def _module(path: str, text: str | bytes) -> _Source | None:
    """What stands in a file; None where that is no Python."""
    tree = _parse(text)
    name, is_package = module_name(path)
    return None if tree is None else _Source([(path, tree)], name if is_package else name.rpartition(".")[0])


def _parse(text: str | bytes) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _cells(notebook: Notebook) -> list[tuple[str, ast.Module]]:
    parsed = ((number, _parse(python_source(source))) for number, source in notebook.code_cells)
    return [(notebook.place(number), tree) for number, tree in parsed if tree is not None]
