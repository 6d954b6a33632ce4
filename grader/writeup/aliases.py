"""Names of a symbol that are products or the like: `X^T d` for the gradient of the data."""

from __future__ import annotations

from functools import lru_cache

from grader.rubric.writeup_keys import FormulaSpec
from grader.worker.reading.formulas import read_formulas
from grader.writeup.evaluation import Tree


def with_symbols(spec: FormulaSpec, tree: Tree) -> Tree:
    """The tree with whatever the rubric takes for a symbol replaced by it."""
    for alias, name in _composed_aliases(spec):
        tree = _replace(tree, list(alias), ["sym", name])
    return tree


@lru_cache(maxsize=64)
def _composed_aliases(spec: FormulaSpec) -> list[tuple[Tree, str]]:
    aliases = [(alias, name) for name, symbol in spec.symbols.items() for alias in symbol.aliases]
    trees = [(read_formulas(alias)[0]["sides"][-1:], name) for alias, name in aliases]
    return [(tree[0], name) for tree, name in trees if tree and tree[0] and tree[0][0] in ("mul", "transpose")]


def _replace(tree: Tree, alias: Tree, symbol: Tree) -> Tree:
    if tree == alias:
        return symbol
    parts = [_replace(part, alias, symbol) if isinstance(part, list) and part else part for part in tree]
    if alias[0] != "mul" or parts[:1] != ["mul"]:
        return parts
    factors = alias[1:]
    for at in range(1, len(parts) - len(factors) + 1):
        if parts[at : at + len(factors)] == factors:
            return [*parts[:at], symbol, *parts[at + len(factors) :]]
    return parts
