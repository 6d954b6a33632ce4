"""Indicators of the label's class: 1[j = c] and δ_jc are the label y_j where c is called the label."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.worker.reading.vocabulary import LABEL
from grader.writeup.evaluation import Tree

_IS = r"(?:is |ist |est |es |è |é |being |denotes |for )?"
_INDICES = frozenset("ijkmnl")
_CALLED = r"(?:label|class|target|true|correct|truth|klasse|classe|clase|etiqueta|étiquette|etichetta|ziel|标签|类别)"


def with_labels(tree: Tree, label: str, names: Mapping[str, str], written: str) -> Tree:
    """The tree with each indicator of the label's class replaced by the label.

    Args:
        label: the symbol that is 1 for the label's class and 0 for any other.
        names: how a symbol may be written → symbol.
        written: the text in which a class may be called the label.
    """
    pair = _pair(tree)
    if pair is not None:
        index, other = sorted(pair, key=lambda name: name not in _INDICES)
        if index in _INDICES and _is_label(other, label, names, written):
            return ["sym", label]
    return [with_labels(part, label, names, written) if _is_tree(part) else _within(part, label, names, written)
            for part in tree]  # fmt: skip


def _within(part: Any, label: str, names: Mapping[str, str], written: str) -> Any:
    """Lists of trees, as the rows of cases are."""
    if not isinstance(part, list):
        return part
    if len(part) == 3 and part[1] in ("=", "≠") and part[0][0] == part[2][0] == "sym":
        index, other = sorted((part[0][1], part[2][1]), key=lambda name: name not in _INDICES)
        if index in _INDICES and _is_label(other, label, names, written):
            return [["sym", label], "=", ["num", "1" if part[1] == "=" else "0"]]
    return [with_labels(one, label, names, written) if _is_tree(one) else _within(one, label, names, written)
            for one in part]  # fmt: skip


def _is_tree(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], str)


def _pair(tree: Tree) -> tuple[str, str] | None:
    """The two names that an indicator or a Kronecker delta compares."""
    if tree[0] == "sym" and str(tree[1]).startswith("delta_"):
        index = str(tree[1]).removeprefix("delta_").replace(",", "").replace(" ", "")
        return (index[0], index[1]) if len(index) == 2 else None
    if tree[0] != "cases" or len(tree[1]) != 2:
        return None
    (one, condition), (zero, otherwise) = tree[1]
    if one != ["num", "1"] or zero != ["num", "0"] or otherwise is not None or not condition or condition[1] != "=":
        return None
    left, _, right = condition
    return (left[1], right[1]) if left[0] == right[0] == "sym" else None


def _is_label(name: str, label: str, names: Mapping[str, str], written: str) -> bool:
    return name == LABEL or names.get(name) == label or (len(name) == 1 and _is_called_label(name, written))


def _is_called_label(name: str, written: str) -> bool:
    plain = written.replace("$", "").lower()
    name = re.escape(name)
    behind = rf"(?<![a-z\\]){name}(?![a-z_=])[\s,]{{1,3}}{_IS}(?:\S{{1,12}} ){{0,3}}{_CALLED}"
    before = rf"{_CALLED}\w{{0,3}} (?:is |ist |class |klasse |index )?{name}(?![a-z_])"
    return re.search(behind, plain) is not None or re.search(before, plain) is not None
