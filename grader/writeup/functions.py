"""Judging a formula as a function of its symbols: values are drawn once, with those near the edges among them."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from grader.model.tolerance import Tier, Tolerance
from grader.rubric.writeup_keys import FormulaSpec, Symbol
from grader.worker.reading.formulas import read_formulas
from grader.writeup.aliases import with_definitions, with_symbols
from grader.writeup.derivatives import index_of, is_quotient, is_same_derivative
from grader.writeup.evaluation import Evaluation, Tree, Unreadable
from grader.writeup.finding import Block, canonical, is_named, lead_in, text_of, texts
from grader.writeup.indicators import with_labels
from grader.writeup.outcome import NOTHING, Array, WriteupOutcome, excerpt, review, score_with
from grader.writeup.piecewise import cases_told
from grader.writeup.prose import change_before, change_behind, is_alternative, is_denied, prose
from grader.writeup.words import mentions, words_of

# What a loss is the definition of: -log P(y|x).
_LIKELIHOOD = re.compile(r"-(?:log|ln)(?:p|P|Pr|q|L)")
_SIGN_FIRST = re.compile(r"\s*(?:&\s*)?[-+−*/]")
N_DRAWS = 24
SEED = 20
MAX_CANDIDATES = 60
# Near the edges by a thousandth of the interval: further out float64 itself loses digits of log(1 - p).
_EDGE = 1e-3
_PIECEWISE = ("if", "when", "for", "otherwise", "case*", "falls", "wenn", "für", "where y", "else", "sonst")

# A formula that is not the answer itself may be turned into it by the words around it.
_CHANGED = ("negative", "negat*", "minus", "opposite", "likelihood*", "- 1", "− 1", "maximi*", "neg*", "logarithm of")

_NOT_THE_LOSS = ("likelihood", "probability", "density", "distribution", "pmf", "wahrscheinlichkeit", "vraisemblance",
                 "probabilité", "verosimilitud", "probabilidad")  # fmt: skip

Verdict = Literal["right", "alternative", "wrong", "unreadable", "beside"]


@dataclass(frozen=True)
class JudgedFormula:
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
    written = text_of(blocks)
    formulas = [block for block in blocks if block["kind"] == "formula"][-MAX_CANDIDATES:]
    formulas = [_rename_symbols(spec, block, written) for block in with_definitions(formulas, _names(spec))]
    found = [one for block in formulas if (one := _judge(spec, block, tolerance)).verdict != "beside"]
    whole = any(one.is_complete or one.verdict == "unreadable" for one in found)
    found = found if whole else _by_cases(spec, formulas, tolerance) or found
    pool = [one for one in found if not _is_denied(one.block)]
    if found and not pool:
        source = found[-1].block["source"]
        return review(f"Read '{excerpt(source)}', which the words around it deny or doubt.", source)
    offered = [one for one in found if is_alternative(str(one.block.get("before", ""))) and one.verdict != "right"]
    named = [one for one in pool if is_named(one.block, spec.find.label)]
    outcome = _conclude(named or pool)
    if outcome is not None and outcome.status != "needs_review" and _goes_on(formulas):
        return outcome.for_review("It may go on in the formula behind it.")
    if outcome is not None and outcome.status == "passed" and named and _is_said_again_otherwise(pool, named[-1]):
        return outcome.for_review("Another formula in this answer says something else.")
    if outcome is not None and outcome.status == "passed" and offered:
        return outcome.for_review("Another one is offered beside it.")
    if outcome is None or outcome.status not in ("failed", "partial"):
        return outcome
    if mentions(words_of(" ".join(map(prose, texts(blocks)))), _CHANGED):
        return outcome.for_review("The words around it may change its sign or take its logarithm.")
    if any(one.verdict == "right" for one in found):
        return outcome.for_review("Another formula in this answer is as expected.")
    return outcome


def _is_said_again_otherwise(pool: Sequence[JudgedFormula], named: JudgedFormula) -> bool:
    """Whether a formula behind the named one, of all symbols and without a name, is another: `in symbols d - r w`."""
    behind = pool[next(at for at, one in enumerate(pool) if one is named) + 1 :]
    return any(
        one.is_complete and one.verdict in ("wrong", "alternative") and not one.block["label"]
        and not _is_called_otherwise(one.block) for one in behind
    )  # fmt: skip


def _by_cases(spec: FormulaSpec, formulas: Sequence[Block], tolerance: Tolerance) -> list[JudgedFormula]:
    """The one formula that the cases told are, where it is as expected; else a person puts them together."""
    told = cases_told(formulas, _names(spec))
    judged = [_judge(spec, told, tolerance)] if told is not None else []
    denied = any(map(_is_denied, formulas))
    return [] if denied else [one for one in judged if one.verdict == "right"]


def _goes_on(formulas: Sequence[Block]) -> bool:
    """Whether a formula begins with a sign right behind another, as the rest of a sum does."""
    return any(
        _SIGN_FIRST.match(str(block["source"])) is not None and not block["ops"]
        and str(block.get("before", "")).rstrip().endswith("$")
        for block in formulas[1:]
    )  # fmt: skip


def _rename_symbols(spec: FormulaSpec, block: Block, written: str) -> Block:
    """The block with composed names read as symbols, and indicators of the label's class as the label."""
    block = {**block, "sides": [with_symbols(spec, side) if side else side for side in block["sides"]]}
    names = _names(spec)
    zero_or_one = [name for name, symbol in spec.symbols.items() if set(symbol.values) == {0, 1}]
    if len(zero_or_one) != 1:
        return block
    sides = [with_labels(side, zero_or_one[0], names, written) if side else side for side in block["sides"]]
    return {**block, "sides": sides}


def _is_denied(block: Block) -> bool:
    return is_denied(str(block.get("before", "")), str(block["words"]))


def _conclude(pool: Sequence[JudgedFormula]) -> WriteupOutcome | None:
    if not pool:
        return None
    complete = [found for found in pool if found.is_complete and found.verdict != "unreadable"]
    unread = [found for found in pool if found.verdict == "unreadable"]
    right = [found for found in complete or pool if found.verdict == "right"]
    if right:
        outcome = _right(right[-1])
        if _is_condition(right[-1].block):
            return outcome.for_review("It is said under a condition.")
        others_agree = all(found.verdict == "right" or _is_called_otherwise(found.block) for found in complete)
        return outcome if others_agree else outcome.for_review("It is not the only formula of this answer.")
    if unread:
        source, reason = unread[-1].block["source"], unread[-1].reason
        return review(f"The formula '{excerpt(source)}' could not be read ({reason}).", source)
    last = (complete or pool)[-1]
    outcome = _wrong(last)
    if not complete and (len(pool) > 1 or _is_piecewise(last.block)):
        return outcome.for_review("It may be one of several cases.")
    return outcome.for_review("It may be one of several cases.") if _is_condition(last.block) else outcome


def _is_called_otherwise(block: Block) -> bool:
    """Whether the noun right before a formula says that it is something else: `the likelihood p^y (1-p)^(1-y)`."""
    return mentions(words_of(lead_in(block))[-3:], _NOT_THE_LOSS)


def _right(found: JudgedFormula) -> WriteupOutcome:
    assert found.tier is not None
    source = found.block["source"]
    return score_with(
        found.tier.credit, f"Read '{excerpt(source)}', as expected. {found.tier.feedback}".strip(), source
    )


def _wrong(found: JudgedFormula) -> WriteupOutcome:
    source, shown = found.block["source"], f"Read '{excerpt(found.block['source'])}'"
    credit = found.credit.credit if found.credit else NOTHING
    return score_with(credit, f"{shown}. {found.feedback}" if found.feedback else f"{shown}, another function.", source)


def _is_piecewise(block: Block) -> bool:
    around = words_of(f"{str(block.get('before', ''))[-60:]} {block['words'][:60]}")
    return mentions(around, _PIECEWISE)


def _is_condition(block: Block) -> bool:
    return mentions(words_of(str(block["words"]))[:2], ("if", "when", "falls", "wenn", "otherwise"))


def _judge(spec: FormulaSpec, block: Block, tolerance: Tolerance) -> JudgedFormula:
    names = _names(spec)
    sides = list(block["sides"])
    if block["error"] and not any(sides):
        return JudgedFormula("unreadable", block, reason=str(block["error"]))
    if any(op not in "=≈" for op in block["ops"]) or (len(sides) > 1 and _is_definition(spec, block)):
        return JudgedFormula("beside", block)
    if changed := _change(block, len(sides)):
        return JudgedFormula("unreadable", block, True, reason=f"'{excerpt(changed)[:60]}' may change it")
    is_derivative = len(sides) > 1 and (_is_derivative(sides[0]) or is_quotient(block))
    if is_derivative and not is_same_derivative(block, spec.find.label):
        return JudgedFormula("unreadable", block, True, reason="it is the derivative with respect to something else")
    if is_derivative or (len(sides) > 1 and (is_named(block, spec.find.label) or _is_a_name(sides[0], block, names))):
        sides = sides[1:]
    elif len(sides) > 1 and _is_negated(sides[0], spec.find.label):
        sides = [["neg", side] if side else None for side in sides[1:]]
    elif len(sides) > 1 and not _has_value(spec, sides[0]):  # -l = … and log P(y|x) = … are not the formula itself
        return JudgedFormula("unreadable", block, is_complete=True, reason="what stands on its left")
    verdicts = [_side(spec, side, block, tolerance) for side in sides]
    return _combine(verdicts, block)


def _change(block: Block, n_sides: int) -> str:
    behind = change_behind(str(block.get("inside", "")), str(block["words"]).removeprefix(str(block.get("inside", ""))))
    return behind or (change_before(str(block.get("before", ""))) if n_sides == 1 else "")


def _is_negated(side: Tree | None, labels: Sequence[str]) -> bool:
    """Whether the left side is the label with a minus before it."""
    return (
        bool(side)
        and side is not None
        and side[0] == "neg"
        and side[1][0] == "sym"
        and any(side[1][1] in (label, canonical(label)) for label in labels)
    )


def _is_definition(spec: FormulaSpec, block: Block) -> bool:
    """`y = 1` and `ŷ = σ(z)` say what a symbol is; `v = m v - r g` is the answer where that is called v as well."""
    label, names = str(block["label"]), _names(spec)
    return (label in names or canonical(label) in names) and not is_named(block, spec.find.label)


def _is_a_name(side: Tree | None, block: Block, names: dict[str, str]) -> bool:
    label = str(block["label"])
    if _LIKELIHOOD.fullmatch(label) and (side is None or side[1][-1][0] == "apply"):
        return True
    if side is None:
        return label != "" and not label.startswith("-")
    if side[0] == "mul" and len(side) == 3 and side[2][0] == "sym":
        side = side[1]  # L(p) of one argument reads like a product
    return side[0] == "apply" or (side[0] == "sym" and side[1] not in names) or _is_derivative(side)


def _is_derivative(side: Tree | None) -> bool:
    """∂l/∂z names what follows, as l does; nobody has a variable of that name."""
    if not side:
        return False
    if side[0] == "sym":
        return side[1] in ("partial", "nabla")
    return any(_is_derivative(part) for part in side[1:] if isinstance(part, list))


def _has_value(spec: FormulaSpec, side: Tree | None) -> bool:
    try:
        return side is not None and Evaluation(_draws(spec), _names(spec)).of(side) is not None
    except Unreadable:
        return False


def _combine(verdicts: Sequence[JudgedFormula], block: Block) -> JudgedFormula:
    """The last side counts; sides that say something else need a person."""
    last = verdicts[-1]
    if last.verdict == "beside" or len(verdicts) == 1:
        return last if len(verdicts) == 1 else next((one for one in verdicts if one.verdict != "beside"), last)
    kinds = {one.verdict for one in verdicts if one.verdict not in ("beside", "unreadable")}
    if len(kinds) > 1:
        return JudgedFormula("unreadable", block, True, reason="its sides do not agree")
    return last


def _side(spec: FormulaSpec, side: Tree | None, block: Block, tolerance: Tolerance) -> JudgedFormula:
    if side is None:
        return JudgedFormula("unreadable", block, reason=str(block["error"]) or "one side is empty")
    draws = _draws(spec)
    evaluation = Evaluation(draws, _names(spec))
    try:
        value = np.broadcast_to(evaluation.of(side), next(iter(draws.values())).shape)
    except Unreadable as reason:
        return JudgedFormula("unreadable" if _is_substantial(side) else "beside", block, True, reason=str(reason))
    if not _is_substantial(side) or not evaluation.symbols:
        return JudgedFormula("beside", block)
    complete = evaluation.symbols == set(spec.symbols)
    if len(evaluation.indices | index_of(block)) > 1:
        return JudgedFormula("unreadable", block, complete, reason="its symbols have different indices")
    if _has_gaps(side, value):
        return JudgedFormula("unreadable", block, complete, reason="it has no value for some of its symbols' values")
    for factor in (1.0, 1 / math.log(2), 1 / math.log(10)) if spec.log_base == "any" else (1.0,):
        if tier := tolerance.tier_of(value, factor * _expected_value(spec, spec.equals)):
            return JudgedFormula("right", block, complete, tier)
    return _alternative(spec, value, block, complete, tolerance)


def _alternative(spec: FormulaSpec, value: Array, block: Block, complete: bool, tolerance: Tolerance) -> JudgedFormula:
    for other in spec.alternatives:
        if tolerance.tier_of(value, _expected_value(spec, other.equals)):
            return JudgedFormula("wrong", block, complete, feedback=other.feedback, credit=Tier(0, 0, other.credit))
    return JudgedFormula("wrong", block, complete)


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
            columns[name].append(_draw(spec.symbols[name], rng))
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def _draw(symbol: Symbol, rng: np.random.Generator) -> Array:
    width = symbol.high - symbol.low
    edges = [symbol.low + _EDGE * width, symbol.high - _EDGE * width]
    inner = symbol.low + width * rng.uniform(0.02, 0.98, N_DRAWS - len(edges))
    return rng.permutation(np.concatenate([edges, inner]))


@lru_cache(maxsize=256)
def _expected_value(spec: FormulaSpec, formula: str) -> Array:
    """The value of a formula of the rubric."""
    tree = read_formulas(formula)[0]["sides"][-1]
    return Evaluation(_draws(spec), _names(spec)).of(tree)


def fault_of(spec: FormulaSpec) -> str:
    """Why a formula of the rubric cannot be held against an answer; empty where all can."""
    for formula in (spec.equals, *(other.equals for other in spec.alternatives)):
        try:
            value = _expected_value(spec, formula)
        except Unreadable as reason:
            return (
                f"{formula!r} cannot be computed ({reason}): use its symbols, numbers and functions such as log and exp"
            )
        if formula == spec.equals and not np.isfinite(value).all():
            return f"{formula!r} has no value for some values of its symbols: give them other bounds, `low` and `high`"
    return ""
