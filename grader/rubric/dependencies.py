"""The part of a Python file that some of its names need: what decides them, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from grader.rubric.names import bound_names

_DEFINITIONS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign,
)  # fmt: skip


_HIDING = frozenset({"globals", "vars"})


class Slices:
    """A Python source, to be cut by names.

    Args:
        with_drawing: with what decorators of hypothesis say of a function: how its cases are drawn.

    Raises:
        SyntaxError: the source is not Python.
    """

    def __init__(self, source: str, *, with_drawing: bool = True) -> None:
        self._lines = source.splitlines(keepends=True)
        self._statements = [one for one in ast.parse(source).body if not _is_for_running(one)]
        if not with_drawing:
            _undecorate(self._statements)
        self._binds = [frozenset(bound_names(statement)) for statement in self._statements]
        self._known: dict[int, frozenset[str]] = {}

    @property
    def hides_names(self) -> bool:
        """Whether something may be used without its name being written."""
        if "*" in frozenset().union(*self._binds):
            return True
        may_hide = any(word in line for line in self._lines for word in _HIDING)
        return may_hide and any(self._uses(index) & _HIDING for index in range(len(self._statements)))

    def _uses(self, index: int) -> frozenset[str]:
        """The names that a statement mentions; most statements are never asked for theirs."""
        if index not in self._known:
            self._known[index] = frozenset(_names(self._statements[index]))
        return self._known[index]

    def of(self, names: Iterable[str]) -> str:
        """The top-level statements that `names` need, directly or through others, in the file's order and spelling.

        Statements that are no plain definitions (`np.seterr(…)`, a loop) are kept: they may act on all the others.
        So is everything where names are hidden: under a star import, or where `globals` is used.
        """
        return self._text(self._indices_of(names))

    def function(self, name: str) -> ast.FunctionDef | None:
        """The definition of a function, where that is all that there is to its name."""
        binding = [one for one, names in zip(self._statements, self._binds, strict=True) if names & {name, "*"}]
        is_plain = len(binding) == 1 and isinstance(binding[0], ast.FunctionDef) and not binding[0].decorator_list
        return binding[0] if is_plain and isinstance(binding[0], ast.FunctionDef) else None

    def tree(self, names: Iterable[str]) -> ast.Module:
        """The same statements as Python reads them, each on the line that it has in the file."""
        return ast.Module([self._statements[index] for index in self._indices_of(names)], [])

    def _indices_of(self, names: Iterable[str]) -> Sequence[int]:
        everything = range(len(self._statements))
        if self.hides_names:
            return everything
        needed = {index for index in everything if not isinstance(self._statements[index], _DEFINITIONS)}
        wanted = frozenset(names).union(*(self._uses(index) for index in needed))
        while more := {index for index in everything if self._binds[index] & wanted} - needed:
            needed |= more
            wanted = wanted.union(*(self._uses(index) for index in more))
        return sorted(needed)

    def _text(self, indices: Iterable[int]) -> str:
        return "\n".join(self._source(self._statements[index]) for index in indices)

    def _source(self, statement: ast.stmt) -> str:
        """The statement as it stands in the file, its decorators included."""
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
        return "".join(self._lines[first - 1 : statement.end_lineno])


def _is_for_running(statement: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__":`, which never holds where a rubric's Python is imported."""
    return isinstance(statement, ast.If) and "__name__ == " in ast.unparse(statement.test)


def _undecorate(statements: Sequence[ast.stmt]) -> None:
    """Take off the decorators that come from hypothesis."""
    imported = [one for one in statements if isinstance(one, ast.Import | ast.ImportFrom) and _is_of_hypothesis(one)]
    drawing = frozenset().union(*map(bound_names, imported))
    for statement in statements:
        if isinstance(statement, ast.FunctionDef):
            statement.decorator_list = [one for one in statement.decorator_list if _root(one) not in drawing]


def _root(node: ast.expr) -> str:
    """The name that an expression begins with: `st` of `st.composite`."""
    while not isinstance(node, ast.Name):
        inner = getattr(node, "func", None) or getattr(node, "value", None)
        if not isinstance(inner, ast.expr):
            return ""
        node = inner
    return node.id


def _is_of_hypothesis(statement: ast.Import | ast.ImportFrom) -> bool:
    modules = [statement.module] if isinstance(statement, ast.ImportFrom) else [one.name for one in statement.names]
    return any(str(module).partition(".")[0] == "hypothesis" for module in modules)


def _names(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            yield node.id
