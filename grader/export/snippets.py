"""A counterexample's calls as Python that a student can paste and run."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator, Sequence


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
    """An expression within `width`, broken at its brackets where it is longer."""
    text = ast.get_source_segment(source, node) or ""
    margin = " " * indent
    parts = _parts(source, node)
    if len(margin) + len(text) + len(after) <= width or parts is None:
        return [f"{margin}{text}{after}"]
    opening, children, closing = parts
    lines = [margin + opening]
    if all(_parts(source, child) is None for _, child in children):
        lines += _fill(
            [prefix + (ast.get_source_segment(source, child) or "") for prefix, child in children], indent + 4, width
        )
    else:
        for prefix, child in children:
            first, *rest = _laid_out(source, child, indent + 4, width - len(prefix), ",")
            lines += [f"{first[: indent + 4]}{prefix}{first[indent + 4 :]}", *rest]
    return [*lines, f"{margin}{closing}{after}"]


def _parts(source: str, node: ast.expr) -> tuple[str, list[tuple[str, ast.expr]], str] | None:
    """Where an expression can be broken: what opens it, its children with what stands before them, what closes it."""
    if isinstance(node, ast.Call) and (node.args or node.keywords):
        children = [("", child) for child in node.args]
        children += [(f"{keyword.arg}=", keyword.value) for keyword in node.keywords]
        opening = f"{ast.get_source_segment(source, node.func)}("
        inner = _parts(source, children[0][1]) if len(children) == 1 and isinstance(children[0][1], ast.List) else None
        return (f"{opening}[", inner[1], "])") if inner else (opening, children, ")")
    if isinstance(node, ast.List) and node.elts:
        return "[", [("", child) for child in node.elts], "]"
    return None


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
