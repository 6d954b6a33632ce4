"""Numbers the statements of a course's Python, so that a place in it is the same however its lines are broken.

A kit holds checks without comments, without what draws their cases, and with lines of its own; comprehensions are
functions in one version of Python and not in the next. What stays is which statement stands within which.
"""

from __future__ import annotations

import ast
import linecache
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import CodeType

from grader.rubric.names import bound_names

Program = bytes | ast.Module


@dataclass(frozen=True)
class _Whole:
    """A statement at the top of a file, with all that stand within it.

    Args:
        label: the names that it binds.
        lines: the first and the last, decorators included.
        starts: line and column of each statement, in the file's order.
    """

    label: str
    lines: tuple[int, int]
    starts: Sequence[tuple[int, int]]


# What ran, by file, whatever became of the file since: all of it, or the parts that were asked for.
_ran: dict[str, list[Program]] = {}


def note_statements(file: str, program: Program) -> None:
    """Note what is about to run; a tree is a part of the file, beside those that are known."""
    _ran[file] = [*_ran.get(file, []), program] if isinstance(program, ast.Module) else [program]
    _wholes.cache_clear()
    statement_at.cache_clear()


@lru_cache(maxsize=10_000)
def statement_at(code: CodeType, instruction: int) -> str:
    """Which statement an instruction belongs to: `conv_is_linear.3` is the third within that check."""
    line, _, column, _ = next(islice(code.co_positions(), instruction // 2, None), (None, None, None, None))
    line = code.co_firstlineno if line is None else line
    for whole in _wholes(code.co_filename):
        if whole.lines[0] <= line <= whole.lines[1]:
            return f"{whole.label}.{bisect(whole.starts, (line, column or 0)) - 1}"
    return f"{code.co_qualname}:{line - code.co_firstlineno}"


@lru_cache
def _wholes(file: str) -> tuple[_Whole, ...]:
    """The statements at the top of a file; of a module that a rubric imports, as it lies on the disk."""
    programs = _ran.get(file) or ["".join(linecache.getlines(file)).encode()]
    try:
        trees = [one if isinstance(one, ast.Module) else ast.parse(one) for one in programs]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(_whole(statement) for tree in trees for statement in tree.body)


def _whole(statement: ast.stmt) -> _Whole:
    first = min(one.lineno for one in (statement, *getattr(statement, "decorator_list", [])))
    starts = sorted((one.lineno, one.col_offset) for one in ast.walk(statement) if isinstance(one, ast.stmt))
    return _Whole(" ".join(bound_names(statement)), (first, statement.end_lineno or first), starts)
