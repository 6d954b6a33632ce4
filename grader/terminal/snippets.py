"""A counterexample's calls as Python that a student can paste and run."""

from __future__ import annotations

import ast
from collections.abc import Sequence


def snippet(calls: str, width: int) -> list[str] | None:
    """The lines to paste: imports, then each call printed; None where a call cannot be written out.

    Args:
        calls: Python expressions, one a line.
        width: columns to stay within where lines can be broken.
    """
    try:
        parsed = [(line, ast.parse(line, mode="eval").body) for line in calls.splitlines()]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not parsed:
        return None
    lines = _imports([node for _, node in parsed])
    for source, node in parsed:
        first, *rest = _laid_out(source, node, 0, width - len("print("), ")")
        lines += [f"print({first}", *rest]
    return lines


def _imports(nodes: Sequence[ast.expr]) -> list[str]:
    """One for each name that the calls begin with."""
    names = {name.id for node in nodes for name in ast.walk(node) if isinstance(name, ast.Name)} - {"nan", "inf"}
    known = {"np": "import numpy as np", "torch": "import torch"}
    first = [known[name] for name in known if name in names]
    numbers = {name.id for node in nodes for name in ast.walk(node) if isinstance(name, ast.Name)} & {"nan", "inf"}
    first += [f"from math import {', '.join(sorted(numbers))}"] if numbers else []
    return first + [f"import {name}" for name in sorted(names - set(known))]


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
        lines += _filled(
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


def _filled(items: Sequence[str], indent: int, width: int) -> list[str]:
    """Short items, as many a line as fit."""
    lines: list[str] = []
    line = ""
    for item in items:
        if line and indent + len(line) + len(item) + 2 > width:
            lines.append(line)
            line = ""
        line += f"{' ' if line else ''}{item},"
    return [" " * indent + each for each in (*lines, line)]
