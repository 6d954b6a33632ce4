"""Judging a formula as a function of its symbols: values are drawn once, with those near the edges among them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from grader.tolerance import Tier, Tolerance
from grader.worker.reading.formulas import read_formulas
from grader.writeup.evaluation import Evaluation, Tree, Unreadable
from grader.writeup.finding import Block, canonical, is_named, told
from grader.writeup.outcome import NOTHING, Array, WriteupOutcome, excerpt, review, scored, tier_of
from grader.writeup.spec import FormulaSpec, Symbol
from grader.writeup.words import mentions, words_of

N_DRAWS = 24
SEED = 20
MAX_CANDIDATES = 60
# Near the edges by a thousandth of the interval: further out float64 itself loses digits of log(1 - p).
_EDGE = 1e-3
_PIECEWISE = ("if", "when", "for", "otherwise", "case*", "falls", "wenn", "für", "where y", "else", "sonst")

# A formula that is not the answer itself may be turned into it by the words around it.
_CHANGED = ("negative", "negat*", "minus", "opposite", "likelihood*", "- 1", "− 1", "maximi*", "neg*", "logarithm of")

Verdict = Literal["right", "alternative", "wrong", "unreadable", "beside"]


@dataclass(frozen=True)
class Judged:
    """What one formula of the student's turned out to be."""

    verdict: Verdict
    block: Block
    is_complete: bool = False
    tier: Tier | None = None
    feedback: str = ""
    credit: Tier | None = None
    reason: str = ""


def judge_formula(spec: FormulaSpec, blocks: Sequence[Block], tolerance: Tolerance) -> WriteupOutcome | None:
    """Judge the formula that blocks show; None where they show none that may be meant."""
    formulas = [block for block in blocks if block["kind"] == "formula"][-MAX_CANDIDATES:]
    pool = [found for block in formulas if (found := _judged(spec, block, tolerance)).verdict != "beside"]
    named = [found for found in pool if is_named(found.block, spec.find.label)]
    outcome = _concluded(named or pool)
    if outcome and outcome.status in ("failed", "partial") and mentions(words_of(told(blocks)), _CHANGED):
        return outcome.for_review("The words around it may change its sign or take its logarithm.")
    if named and outcome and outcome.status == "failed" and any(one.verdict == "right" for one in pool):
        return outcome.for_review("Another formula in this answer is as expected.")
    return outcome


def _concluded(pool: Sequence[Judged]) -> WriteupOutcome | None:
    if not pool:
        return None
    complete = [found for found in pool if found.is_complete and found.verdict != "unreadable"]
    unread = [found for found in pool if found.verdict == "unreadable"]
    right = [found for found in complete or pool if found.verdict == "right"]
    if right:
        outcome = _right(right[-1])
        others_agree = all(found.verdict == "right" for found in complete)
        return outcome if others_agree else outcome.for_review("It is not the only formula of this answer.")
    if unread:
        source, reason = unread[-1].block["source"], unread[-1].reason
        return review(f"The formula '{excerpt(source)}' could not be read ({reason}).", source)
    last = (complete or pool)[-1]
    outcome = _wrong(last)
    if not complete and (len(pool) > 1 or _is_piecewise(last.block)):
        return outcome.for_review("It may be one of several cases.")
    return outcome.for_review("It may be one of several cases.") if _is_condition(last.block) else outcome


def _right(found: Judged) -> WriteupOutcome:
    assert found.tier is not None
    source = found.block["source"]
    return scored(found.tier.credit, f"Read '{excerpt(source)}', as expected. {found.tier.feedback}".strip(), source)


def _wrong(found: Judged) -> WriteupOutcome:
    source, shown = found.block["source"], f"Read '{excerpt(found.block['source'])}'"
    credit = found.credit.credit if found.credit else NOTHING
    return scored(credit, f"{shown}. {found.feedback}" if found.feedback else f"{shown}, another function.", source)


def _is_piecewise(block: Block) -> bool:
    around = words_of(f"{str(block.get('before', ''))[-60:]} {block['words'][:60]}")
    return mentions(around, _PIECEWISE)


def _is_condition(block: Block) -> bool:
    return mentions(words_of(str(block["words"]))[:2], ("if", "when", "falls", "wenn", "otherwise"))


def _judged(spec: FormulaSpec, block: Block, tolerance: Tolerance) -> Judged:
    names = _names(spec)
    sides = list(block["sides"])
    if block["error"] and not any(sides):
        return Judged("unreadable", block, reason=str(block["error"]))
    if any(op not in "=≈" for op in block["ops"]) or (len(sides) > 1 and _is_definition(block, names)):
        return Judged("beside", block)
    if len(sides) > 1 and (is_named(block, spec.find.label) or _is_a_name(sides[0], block, names)):
        sides = sides[1:]
    elif len(sides) > 1 and not _has_value(spec, sides[0]):  # -l = … and log P(y|x) = … are not the formula itself
        return Judged("unreadable", block, is_complete=True, reason="what stands on its left")
    verdicts = [_side(spec, side, block, tolerance) for side in sides]
    return _combined(verdicts, block)


def _is_definition(block: Block, names: dict[str, str]) -> bool:
    """`y = 1` and `ŷ = σ(z)` say what a symbol is."""
    return str(block["label"]) in names or canonical(str(block["label"])) in names


def _is_a_name(side: Tree | None, block: Block, names: dict[str, str]) -> bool:
    label = str(block["label"])
    if side is None:
        return label != "" and not label.startswith("-")
    if side[0] == "mul" and len(side) == 3 and side[2][0] == "sym":
        side = side[1]  # L(p) of one argument reads like a product
    return side[0] == "apply" or (side[0] == "sym" and side[1] not in names) or _is_derivative(side)


def _is_derivative(side: Tree) -> bool:
    """∂l/∂z names what follows, as l does; nobody has a variable of that name."""
    if side[0] == "sym":
        return side[1] in ("partial", "nabla")
    return any(_is_derivative(part) for part in side[1:] if isinstance(part, list))


def _has_value(spec: FormulaSpec, side: Tree | None) -> bool:
    try:
        return side is not None and Evaluation(_draws(spec), _names(spec)).of(side) is not None
    except Unreadable:
        return False


def _combined(verdicts: Sequence[Judged], block: Block) -> Judged:
    """The last side counts; sides that say something else need a person."""
    last = verdicts[-1]
    if last.verdict == "beside" or len(verdicts) == 1:
        return last if len(verdicts) == 1 else next((one for one in verdicts if one.verdict != "beside"), last)
    kinds = {one.verdict for one in verdicts if one.verdict not in ("beside", "unreadable")}
    if len(kinds) > 1:
        return Judged("unreadable", block, True, reason="its sides do not agree")
    return last


def _side(spec: FormulaSpec, side: Tree | None, block: Block, tolerance: Tolerance) -> Judged:
    if side is None:
        return Judged("unreadable", block, reason=str(block["error"]) or "one side is empty")
    draws = _draws(spec)
    evaluation = Evaluation(draws, _names(spec))
    try:
        value = np.broadcast_to(evaluation.of(side), next(iter(draws.values())).shape)
    except Unreadable as reason:
        return Judged("unreadable" if _is_substantial(side) else "beside", block, True, reason=str(reason))
    if not _is_substantial(side) or not evaluation.symbols:
        return Judged("beside", block)
    complete = evaluation.symbols == set(spec.symbols)
    if _has_gaps(side, value):
        return Judged("unreadable", block, complete, reason="it has no value for some of its symbols' values")
    for factor in (1.0, 1 / math.log(2), 1 / math.log(10)) if spec.log_base == "any" else (1.0,):
        if tier := tier_of(value, factor * _expected(spec, spec.equals), tolerance):
            return Judged("right", block, complete, tier)
    return _alternative(spec, value, block, complete, tolerance)


def _alternative(spec: FormulaSpec, value: Array, block: Block, complete: bool, tolerance: Tolerance) -> Judged:
    for other in spec.alternatives:
        if tier_of(value, _expected(spec, other.equals), tolerance):
            return Judged("wrong", block, complete, feedback=other.feedback, credit=Tier(0, 0, other.credit))
    return Judged("wrong", block, complete)


def _has_gaps(side: Tree, value: Array) -> bool:
    return side[0] == "cases" and bool(np.isnan(value).any())


def _is_substantial(side: Tree) -> bool:
    """More than a symbol, a number or a name with arguments."""
    inner = side[1] if side[0] == "neg" else side
    return inner[0] not in ("sym", "num", "apply", "set", "row", "matrix", "list")


@lru_cache(maxsize=64)
def _names(spec: FormulaSpec) -> dict[str, str]:
    return {
        spelled: name
        for name, symbol in spec.symbols.items()
        for spelling in (name, *symbol.aliases)
        for spelled in (spelling, canonical(spelling))
    }


@lru_cache(maxsize=64)
def _draws(spec: FormulaSpec) -> dict[str, Array]:
    """Every combination of the values of discrete symbols, each with as many draws of the others."""
    rng = np.random.default_rng(SEED)
    discrete = [name for name, symbol in spec.symbols.items() if symbol.values]
    combinations = list(itertools.product(*(spec.symbols[name].values for name in discrete)))[:256]
    columns: dict[str, list[Array]] = {name: [] for name in spec.symbols}
    for combination in combinations:
        for name, value in zip(discrete, combination, strict=True):
            columns[name].append(np.full(N_DRAWS, value, np.float64))
        for name in spec.symbols.keys() - set(discrete):
            columns[name].append(_drawn(spec.symbols[name], rng))
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def _drawn(symbol: Symbol, rng: np.random.Generator) -> Array:
    width = symbol.high - symbol.low
    edges = [symbol.low + _EDGE * width, symbol.high - _EDGE * width]
    inner = symbol.low + width * rng.uniform(0.02, 0.98, N_DRAWS - len(edges))
    return rng.permutation(np.concatenate([edges, inner]))


@lru_cache(maxsize=256)
def _expected(spec: FormulaSpec, formula: str) -> Array:
    """The value of a formula of the rubric."""
    tree = read_formulas(formula)[0]["sides"][-1]
    return Evaluation(_draws(spec), _names(spec)).of(tree)
