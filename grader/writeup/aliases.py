"""Names of a symbol that are products, as `X^T d`, and those that the answer itself defines: `where q = 1 - p`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from grader.rubric.writeup_keys import FormulaSpec
from grader.worker.reading.formulas import read_formulas
from grader.writeup.evaluation import Tree
from grader.writeup.finding import Block

_KINDS = ("add", "mul", "neg", "div")


def with_symbols(spec: FormulaSpec, tree: Tree) -> Tree:
    """The tree with whatever the rubric takes for a symbol replaced by it."""
    for alias, name in _composed_aliases(spec):
        tree = _replace(tree, list(alias), ["sym", name])
    return tree


def with_definitions(formulas: Sequence[Block], names: Mapping[str, str]) -> list[Block]:
    """The formulas with symbols that another one defines by those of the rubric written out.

    Args:
        names: how a symbol may be written → symbol.
    """
    defined = {block["label"]: block["sides"][1] for block in formulas if _is_definition(block, names)}
    if not defined:
        return list(formulas)
    return [block if _is_definition(block, names)
            else {**block, "sides": [side and _written_out(side, defined) for side in block["sides"]]}
            for block in formulas]  # fmt: skip


def _is_definition(block: Block, names: Mapping[str, str]) -> bool:
    """`\\bar y = 1 - y`: a symbol of its own on the left, on the right one that is known."""
    sides = block["sides"]
    if block["ops"] != ["="] or None in sides or sides[0][0] != "sym":
        return False
    symbols = set(_symbols(sides[1]))
    if sides[0][1] in names and {names[sides[0][1]]} != {names.get(symbol) for symbol in symbols} - {sides[0][1]}:
        return False  # a symbol of the rubric's is defined anew by another spelling of it alone: `q = 1 - \\hat y`
    return (
        sides[0][1] not in symbols
        and len(symbols) == 1
        and symbols <= names.keys()
        and sides[1][0] in _KINDS
        and block["label"] == sides[0][1]
    )


def _symbols(tree: Tree) -> Iterator[str]:
    if tree[0] == "sym":
        yield str(tree[1])
    for part in tree[1:]:
        if isinstance(part, list) and part:
            yield from _symbols(part)


def _written_out(tree: Tree, defined: Mapping[str, Tree]) -> Tree:
    if tree[0] == "sym" and tree[1] in defined:
        return defined[tree[1]]
    return [_written_out(part, defined) if isinstance(part, list) and part else part for part in tree]


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
