"""Why a module lacks a function: where its code defines that in vain, or that it defines none at all."""

from __future__ import annotations

import ast
import functools
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from grader.worker.inspection import is_main

_LACKS = "lacks functions that it is asked for"
_LIBRARIES = frozenset({"numpy", "scipy", "torch", *sys.stdlib_module_names})
_AT_THE_MARGIN = "let them begin at the left margin"


@dataclass(frozen=True)
class _Holder:
    """What stands around functions, so that they are none of the module's."""

    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.If

    @property
    def where(self) -> str:
        if isinstance(self.node, ast.If):
            return 'under `if __name__ == "__main__":`'
        return f"within {'the class ' if isinstance(self.node, ast.ClassDef) else ''}{self.node.name}"

    @property
    def for_one(self) -> str:
        """What to do where it holds one function."""
        if isinstance(self.node, ast.If):
            return f"{self.where}, which is not run when it is graded"
        return f"{self.where}: it has to begin at the left margin"

    def for_several(self, cell: str) -> str:
        """What to do where it holds several."""
        start = f"they stand {self.where}, {cell}line {self.node.lineno}"
        if isinstance(self.node, ast.If):
            return f"{start}, which is not run when it is graded: {_AT_THE_MARGIN}, above that line"
        if isinstance(self.node, ast.ClassDef):
            return f"{start}: take out that line and each `self`, and {_AT_THE_MARGIN}"
        return f"{start}: {_AT_THE_MARGIN}"

    @property
    def is_of_all(self) -> bool:
        """Whether it stands around a module's functions, rather than that one of them got into another or into a class.

        What only holds others takes nothing: a class is derived of nothing, a function has no parameters.
        """
        if isinstance(self.node, ast.ClassDef) and self.node.bases:
            return False
        if isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef) and ast.unparse(self.node.args):
            return False
        inner = [node for node in ast.walk(self.node) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        return sum(node is not self.node and not node.name.startswith("__") for node in inner) > 1


@functools.lru_cache(maxsize=32)
def lack(name: str, sources: tuple[tuple[str, str], ...]) -> str:
    """What a module lacks, to follow its name: `has no f`, and why; of several functions alike, one sentence.

    Args:
        sources: the module's text with the cell that it is of, or without where it is a file's.

    >>> lack("f", (("", "def g(x):\\n    def f(): pass\\n"),))
    'has no f; line 2 defines it within g: it has to begin at the left margin'
    >>> lack("f", (("", "x = 1\\n"),)), lack("f", (("", "def g(): pass\\n"),))
    ('has no functions of its own; what is to be called stands below `def name(…):`', 'has no f')
    """
    parsed = [(cell, tree) for cell, source in sources if (tree := _parse(source)) is not None]
    if parsed and len(parsed) == len(sources) and not any(_holds_functions(tree) for _, tree in parsed):
        return f"has no functions of its own; {_nothing_but(sources)}"
    for cell, tree in parsed:
        if (found := _definition(tree, name)) is not None:
            line, holder = found
            if holder.is_of_all:
                return f"{_LACKS}; {holder.for_several(cell)}"
            return f"has no {name}; {cell}line {line} defines it {holder.for_one}"
    return f"has no {name}"


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a notebook that was saved as a script, say
        return None


def _holds_functions(module: ast.Module) -> bool:
    """Whether something in a module may be its function, or come from another file that has some."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    return any(isinstance(node, kinds) or _is_of_own_file(node) for node in ast.walk(module))


def _is_of_own_file(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and (
        bool(node.level) or str(node.module).partition(".")[0] not in _LIBRARIES
    )


def _nothing_but(sources: Sequence[tuple[str, str]]) -> str:
    """What is in a module without a function, and what to do."""
    lines = [line.strip() for _, source in sources for line in source.splitlines() if line.strip()]
    if not lines:
        return "it is empty: was it saved?"
    if all(line.startswith("#") for line in lines):
        return "all its lines are comments: take out the `#` in front of what is to count"
    return "what is to be called stands below `def name(…):`"


def _definition(module: ast.Module, name: str) -> tuple[int, _Holder] | None:
    """The line at which a function is defined that is none of the module's own, and what it stands in."""
    todo: deque[tuple[ast.AST, _Holder | None]] = deque([(module, None)])
    while todo:
        node, around = todo.popleft()
        for child in ast.iter_child_nodes(node):
            if around and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and child.name == name:
                return child.lineno, around
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                todo.append((child, _holder(child) or around))
    return None


def _holder(node: ast.AST) -> _Holder | None:
    is_one = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    if is_one or (isinstance(node, ast.If) and is_main(node)):
        return _Holder(node)  # type: ignore[arg-type]
    return None
