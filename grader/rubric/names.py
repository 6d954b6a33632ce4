"""What a Python file defines at its top level, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import decode_source

from grader.errors import Fault, RubricError

_MAX_PYTHON_BYTES = 5_000_000


@dataclass(frozen=True)
class Definitions:
    """The names of a file and the signatures of its functions; `*` among the names where a star import hides some."""

    file: str
    names: frozenset[str]
    functions: dict[str, ast.arguments]

    def bears(self, name: str) -> bool:
        """Whether the file has that name, as far as one can see."""
        return name in self.names or "*" in self.names

    @cached_property
    def public(self) -> list[str]:
        """The names to suggest."""
        return sorted(name for name in self.names if not name.startswith(("_", "*")))


def definitions(source: bytes, file: str) -> Definitions:
    """Collect what a file's top level defines, assigns and imports.

    Raises:
        RubricError: the file is not Python.
    """
    try:
        if len(source) > _MAX_PYTHON_BYTES:
            raise ValueError(f"expected at most {_MAX_PYTHON_BYTES} bytes, got {len(source)}")
        decode_source(source)  # Python itself overlooks bytes in comments that are no text
        statements = list(_statements(ast.parse(source, file).body))
    except SyntaxError as error:
        raise RubricError([Fault(file, error.lineno or 1, "", f"Python stops here: {error.msg}")]) from None
    except UnicodeDecodeError as error:
        line, byte = source[: error.start].count(b"\n") + 1, source[error.start]
        raise RubricError(
            [Fault(file, line, "", f"expected UTF-8, got the byte {byte:#x}; save the file as UTF-8")]
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise RubricError([Fault(file, 1, "", f"Python cannot read this file: {error}")]) from None
    functions = {
        node.name: node.args for node in statements if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return Definitions(file, frozenset(name for node in statements for name in _bound_names(node)), functions)


def bound_names(statement: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement defines, assigns or imports, its branches included."""
    for node in _statements([statement]):
        yield from _bound_names(node)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            for inner in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, inner, []))
            for handler in getattr(node, "handlers", []):
                yield from _statements(handler.body)


def _bound_names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if node.value else []
        for target in targets:
            yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))
