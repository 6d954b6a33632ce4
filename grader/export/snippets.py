"""A counterexample's calls as Python that a student can paste and run."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

_TOO_LARGE = re.compile(r"<(np|torch) array of shape (\([\d, ]+\))>")


@dataclass(frozen=True)
class _Bracketed:
    """What stands in brackets: expressions with what stands before each, as `axis=`."""

    source: str
    children: Sequence[tuple[str, ast.expr]]

    def __str__(self) -> str:
        return ", ".join(prefix + _text(self.source, child) for prefix, child in self.children)


def snippet(calls: str, width: int, functions: Iterable[str] = ()) -> list[str] | None:
    """The lines to paste: imports, then each call printed; None where a call cannot be written out.

    Args:
        calls: Python, one expression, assignment or `del` a line.
        width: columns to stay within where lines can be broken.
        functions: those called, as `module.function`: of a package, the module is imported that they stand in.
    """
    try:
        parsed = [(line, _statement(line)) for line in calls.splitlines()]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not parsed:
        return None
    lines = _imports([node for _, node in parsed], {one.rpartition(".")[0] for one in functions})
    for source, node in parsed:
        lines += _write(source, node, width)
    return lines


def with_zeros(calls: str) -> str:
    """The calls with zeros in the place of arrays that are too large to be written out; they come to something else.

    >>> with_zeros("m.f(<np array of shape (20, 30)>)")
    'm.f(np.zeros((20, 30)))'
    """
    return _TOO_LARGE.sub(r"\1.zeros(\2)", calls)


def _statement(line: str) -> ast.stmt:
    [statement] = ast.parse(line).body
    return statement


def _write(source: str, node: ast.stmt, width: int) -> list[str]:
    """A statement; what is only said is printed."""
    if isinstance(node, ast.Expr):
        first, *rest = _laid_out(source, node.value, 0, width - len("print("), ")")
        return [f"print({first}", *rest]
    if isinstance(node, ast.Assign):
        start = source[: node.value.col_offset]
        if start.isascii():  # else columns are not characters
            first, *rest = _laid_out(source, node.value, 0, width - len(start), "")
            return [start + first, *rest]
    return [source]


def _imports(nodes: Sequence[ast.stmt], modules: Collection[str]) -> list[str]:
    """One for each name that is used and that no line gives, or for each module of that package."""
    found = [name for node in nodes for name in ast.walk(node) if isinstance(name, ast.Name)]
    given = {name.id for name in found if isinstance(name.ctx, ast.Store)} | set(dir(builtins))
    names = {name.id for name in found} - given
    numbers, names = names & {"nan", "inf"}, names - {"nan", "inf"}
    known = {"np": "import numpy as np", "torch": "import torch"}
    first = [known[name] for name in known if name in names]
    first += [f"from math import {', '.join(sorted(numbers))}"] if numbers else []
    used = {name for node in nodes for name in _names_with_dots(node)}
    within = {one: {module for module in modules if _stands_in(one, module, used)} for one in names - set(known)}
    return first + [f"import {module}" for module in sorted({one for name in within for one in within[name] or {name}})]


def _names_with_dots(node: ast.AST) -> Iterator[str]:
    """The dotted names in a statement: of `a.b.c(x)`, `a.b.c`, `a.b` and `x`."""
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and all(part.isidentifier() for part in ast.unparse(one).split(".")):
            yield ast.unparse(one)


def _stands_in(name: str, module: str, used: Collection[str]) -> bool:
    return module.startswith(f"{name}.") and module in used


def _laid_out(source: str, node: ast.expr, indent: int, width: int, after: str) -> list[str]:
    """An expression within `width`: broken at its brackets, the longest first, at no more of them than needed."""
    pieces = [*_pieces(source, node), after]
    whole = [at for at, piece in enumerate(pieces) if isinstance(piece, _Bracketed)]
    broken: set[int] = set()
    while True:
        lines = _render(source, pieces, broken, indent, width)
        left = [at for at in whole if at not in broken]
        if not left or all(len(line) <= width for line in lines):
            return lines
        broken.add(max(left, key=lambda at: len(str(pieces[at]))))


def _render(
    source: str, pieces: Sequence[str | _Bracketed], broken: Collection[int], indent: int, width: int
) -> list[str]:
    """The lines of an expression with some of its brackets broken."""
    lines, line = [], " " * indent
    for at, piece in enumerate(pieces):
        if at not in broken or isinstance(piece, str):
            line += str(piece)
            continue
        lines += [line, *_children_lines(source, piece, indent + 4, width)]
        line = " " * indent
    return [*lines, line]


def _children_lines(source: str, bracketed: _Bracketed, indent: int, width: int) -> list[str]:
    children = bracketed.children
    is_matrix = all(isinstance(child, ast.List) for _, child in children)
    if not is_matrix and indent + len(str(bracketed)) < width:
        return [f"{'':{indent}}{bracketed},"]
    if not any(isinstance(piece, _Bracketed) for _, child in children for piece in _pieces(source, child)):
        return _fill([prefix + _text(source, child) for prefix, child in children], indent, width)
    lines = []
    for prefix, child in children:
        first, *rest = _laid_out(source, child, indent, width - len(prefix), ",")
        lines += [f"{first[:indent]}{prefix}{first[indent:]}", *rest]
    return lines


def _pieces(source: str, node: ast.expr) -> list[str | _Bracketed]:
    """An expression as text and what stands in its brackets, between which a line may end."""
    if isinstance(node, ast.Call) and (node.args or node.keywords):
        return [*_pieces(source, node.func), "(", *_arguments(source, node), ")"]
    if isinstance(node, ast.List) and node.elts:
        return ["[", _Bracketed(source, [("", child) for child in node.elts]), "]"]
    if isinstance(node, ast.Tuple) and len(node.elts) > 1 and _text(source, node).startswith("("):
        return ["(", _Bracketed(source, [("", child) for child in node.elts]), ")"]
    pieces: list[str | _Bracketed] = []
    at = node.col_offset
    within = [] if isinstance(node, ast.JoinedStr) else ast.iter_child_nodes(node)  # its parts have no places of theirs
    for child in sorted((one for one in within if isinstance(one, ast.expr)), key=lambda one: one.col_offset):
        pieces += [_between(source, at, child.col_offset), *_pieces(source, child)]
        at = child.end_col_offset or 0
    return [*pieces, _between(source, at, node.end_col_offset or 0)]


def _arguments(source: str, node: ast.Call) -> list[str | _Bracketed]:
    """What stands in a call's brackets; of a single argument that has brackets, what stands in those."""
    if len(node.args) == 1 and not node.keywords:
        pieces = _pieces(source, node.args[0])
        if any(isinstance(piece, _Bracketed) for piece in pieces):
            return pieces
    children = [("", child) for child in node.args]
    return [
        _Bracketed(source, [*children, *((f"{one.arg}=" if one.arg else "**", one.value) for one in node.keywords)])
    ]


def _text(source: str, node: ast.expr) -> str:
    return _between(source, node.col_offset, node.end_col_offset or 0)


def _between(source: str, start: int, end: int) -> str:
    """A part of a line, whose places Python counts in bytes."""
    return source.encode()[start:end].decode()


def _fill(items: Sequence[str], indent: int, width: int) -> list[str]:
    """Short items, as many a line as fit."""
    lines: list[str] = []
    line = ""
    for item in items:
        if line and indent + len(line) + len(item) + 2 > width:
            lines.append(line)
            line = ""
        line += f"{' ' if line else ''}{item},"
    return [" " * indent + each for each in (*lines, line)]
