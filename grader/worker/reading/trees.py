"""Trees: how they are built from rows of numbers, and how deep they may be."""

from __future__ import annotations

from typing import Any

from grader.worker.reading.lexer import Refused

Tree = list[Any]

# How deep lists may stand in lists: the message to the judge allows 32, and the document around needs 12 of them.
MAX_LISTS = 18


def tree_of_rows(numbers: list[list[str]], bracket: str) -> Tree:
    """The tree of rows of numbers that stand within a kind of bracket."""
    trees = [[["neg", _ratio(text[1:])] if text[0] == "-" else _ratio(text) for text in row] for row in numbers]
    if len(trees) > 1:
        return ["matrix", trees]
    return ["set" if bracket == "\\{" else "row", trees[0]]


def _ratio(text: str) -> Tree:
    above, _, below = text.partition("/")
    return ["div", ["num", above], ["num", below]] if below else ["num", text]


def within_depth(tree: Tree) -> Tree:
    """The tree, where it is not too deep to be sent.

    Raises:
        Refused: it is.
    """
    level: list[Any] = [tree]
    for _ in range(MAX_LISTS):
        level = [child for item in level for child in item if isinstance(child, list)]
        if not level:
            return tree
    raise Refused("an expression nested too deep")
