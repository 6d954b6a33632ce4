"""Looks at files without running them: which functions they define, and which of those are still to be written."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping

from grader.worker.encodings import decode_source
from grader.worker.files import kind_of
from grader.worker.inspection import bound_names
from grader.worker.ipython import python_of_script
from grader.worker.module_names import module_name
from grader.worker.notebook import NotANotebook, Notebook, python_source, written_file

MAX_NAMES = 1_000
MAX_CELLS_BYTES = 8 << 20
_DEFINES = re.compile(rb"^[ \t]*(?:async +)?(?:def|class)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def survey(files: Mapping[str, bytes], starters: Mapping[str, bytes]) -> list[list[object]]:
    """By path: why it cannot be read, the names that it defines, those of them that are still to be written, a
    notebook's cells alone, the names that it imports or the modules that its cells write, whether it has text.

    Args:
        starters: by path, what was handed out to be filled in.
    """
    handed_out = {path: _definitions(data) for path, data in starters.items()}
    return [
        _notebook(path, data) if kind_of(path) == "notebook" else _module(path, data, handed_out)
        for path, data in files.items()
    ]


def _module(path: str, data: bytes, handed_out: Mapping[str, dict[str, str]]) -> list[object]:
    tree = _parse(data)
    if tree is None:
        return [path, "it is not Python", _spoken_of(data)[:MAX_NAMES], [], b"", [], False]
    names = sorted({name for statement in tree.body for name in bound_names(statement)})[:MAX_NAMES]
    given = handed_out.get(path, {})
    found = (node for node in tree.body if isinstance(node, Definition))
    left = {node.name for node in found if is_to_be_written(node) or given.get(node.name) == _body(node)}
    return [path, "", names, sorted(left)[:MAX_NAMES], b"", sorted(set(_imported_names(tree)))[:MAX_NAMES], False]


def _notebook(path: str, data: bytes) -> list[object]:
    try:
        book = Notebook.parse(path, data)
    except NotANotebook as reason:
        return [path, str(reason).partition(" is not a notebook: ")[2] or str(reason), [], [], b"", [], False]
    names: dict[str, bool] = {}
    written: list[str] = []
    for _, source in book.code_cells:
        file = written_file(source)
        if file is not None and file[0].endswith(".py"):
            module = module_name(file[0])[0]
            written += dict.fromkeys((module, module.rpartition(".")[2]))
        code = (file[1] if file else python_source(source)).encode("utf-8", "replace")
        tree = _parse(code)
        if tree is None:
            names.update(dict.fromkeys(_spoken_of(code), False))
        for statement in () if tree is None else tree.body:
            is_open = isinstance(statement, Definition) and is_to_be_written(statement)
            names.update(dict.fromkeys(bound_names(statement), is_open))
    packed = book.pack()
    if len(packed) > MAX_CELLS_BYTES:
        return [
            path,
            f"its cells hold more than {MAX_CELLS_BYTES >> 20} MiB without their outputs",
            [],
            [],
            b"",
            [],
            False,
        ]
    kept = sorted(names)[:MAX_NAMES]
    left = [name for name in kept if names[name]]
    return [path, "", kept, left, packed, written[:MAX_NAMES], bool(book.write_up.strip())]


def _spoken_of(data: bytes) -> list[str]:
    """What a text that is no Python seems to define."""
    return sorted({name.decode() for name in _DEFINES.findall(data)})


def is_to_be_written(node: Definition) -> bool:
    """Whether a function does nothing yet, or every method of a class does."""
    body = _without_docstring(node.body)
    if isinstance(node, ast.ClassDef):
        body = [part for part in body if not _does_nothing(part)]
        inner = [part for part in body if isinstance(part, Definition)]
        return bool(inner) and all(map(is_to_be_written, inner)) and len(inner) == len(body)
    return all(_does_nothing(statement) for statement in body) or _ends_unwritten(body)


def _ends_unwritten(body: list[ast.stmt]) -> bool:
    """Whether all that a function does comes to the exception that says so."""
    leaves = (ast.Return, ast.Yield, ast.YieldFrom)
    returns = any(isinstance(node, leaves) for statement in body for node in ast.walk(statement))
    return isinstance(body[-1], ast.Raise) and _does_nothing(body[-1]) and not returns


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(error, ast.Name) and error.id == "NotImplementedError"
    if isinstance(statement, ast.Return):
        return statement.value is None or (isinstance(statement.value, ast.Constant) and statement.value.value is None)
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and statement.value.value is ...
    )


def _definitions(data: bytes) -> dict[str, str]:
    """The body of each function and class of a module, whatever its layout."""
    tree = _parse(data)
    return {} if tree is None else {node.name: _body(node) for node in tree.body if isinstance(node, Definition)}


def _body(node: Definition) -> str:
    return "\n".join(map(ast.dump, _without_docstring(node.body)))


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    is_text = body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    return body[1:] if is_text and isinstance(body[0].value.value, str) else body  # type: ignore[attr-defined]


def _imported_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def _parse(data: bytes) -> ast.Module | None:
    """A module's tree, also where it is a script with commands of IPython's in it; None where it is no Python."""
    text = decode_source(data)[0]
    return _tree(text) or (_tree(python_of_script(text, python_source)) if isinstance(text, str) else None)


def _tree(text: str | bytes) -> ast.Module | None:
    with warnings.catch_warnings(action="ignore"):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
