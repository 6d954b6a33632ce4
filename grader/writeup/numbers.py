"""Judging one number: which number is meant, in which base of the logarithm, and whether it is right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from grader.tolerance import Tier, Tolerance
from grader.writeup.evaluation import Evaluation, Tree, Unreadable, other_readings
from grader.writeup.finding import Block, is_named, lead_in, texts
from grader.writeup.outcome import NOTHING, WriteupOutcome, excerpt, review, scored, tier_of
from grader.writeup.spec import Accepted, Kind, NumberSpec
from grader.writeup.words import mentions, sentences_of, words_of

MAX_CANDIDATES = 200
_BASES = {"e": math.e, "2": 2.0, "10": 10.0}
_TELLING = {
    "e": ("natural log*", "base e", "natural base", "napier*", "to the base e"),
    "2": ("base 2", "base two", "binary log*", "log2", "base - 2"),
    "10": ("base 10", "base ten", "decimal log*", "common log*", "log10", "base - 10"),
}
_NO_RANK = 1_000


@dataclass(frozen=True)
class Side:
    """One side of an equation: its value, and which bases its logarithms have."""

    value: float | None
    bases: frozenset[float] = frozenset()
    has_bare_log: bool = False
    readings: tuple[float, ...] = ()
    is_literal: bool = False

    @property
    def has_log(self) -> bool:
        """Whether a logarithm is in it."""
        return self.has_bare_log or bool(self.bases)


@dataclass(frozen=True)
class Candidate:
    """A number that was read, with the words around it."""

    sides: tuple[Side, ...]
    source: str
    around: tuple[str, ...]
    rank: int
    is_foreign: bool
    error: str = ""

    @property
    def last(self) -> Side:
        """The side that counts."""
        return self.sides[-1]


@dataclass(frozen=True)
class Bases:
    """The bases that are stated in the text, and those of the formula that the number belongs to."""

    told: frozenset[float] = frozenset()
    of_formula: frozenset[float] = field(default=frozenset())


def judge_number(
    spec: NumberSpec, blocks: Sequence[Block], formula: Sequence[Block], tolerance: Tolerance
) -> WriteupOutcome | None:
    """Judge the number that blocks show; None where they show none that may be meant.

    Args:
        formula: the blocks of the formula whose logarithm fixes a base that is not stated.
    """
    pool = numbers_meant(spec, blocks)
    if not pool:
        return None
    bases = Bases(_told_in(blocks), _bases_of(formula))
    outcomes = [_judged(spec, candidate, bases, tolerance) for candidate in pool]
    last = outcomes[-1]
    if last.status == "passed" or len(set(outcomes)) == 1:
        is_named = pool[-1].rank < _NO_RANK
        return (
            last
            if is_named or len({outcome.read for outcome in outcomes}) == 1 or last.status == "passed"
            else (last.for_review("It is not named."))
        )
    if any(outcome.status == "passed" for outcome in outcomes):
        return last.for_review("Another number in this answer is as expected.")
    if pool[-1].rank == _NO_RANK:
        return last.for_review("It is one of several numbers, none of them named.")
    return last


def numbers_meant(spec: Kind, blocks: Sequence[Block]) -> list[Candidate]:
    """The candidates named by the foremost label; without any, those of the part that have no other name."""
    found = [one for block in blocks for one in _candidates(spec, block)][-MAX_CANDIDATES:]
    best = min((one.rank for one in found), default=_NO_RANK)
    if best < _NO_RANK:
        return [one for one in found if one.rank == best]
    if not spec.find.part:
        return []
    return [one for one in found if not one.is_foreign and (one.last.value is not None or one.error)]


def _candidates(spec: Kind, block: Block) -> Iterator[Candidate]:
    if block["kind"] == "table":
        for row in block["rows"]:
            yield from _in_row(spec, row)
    elif block["kind"] == "formula" and all(op in "=≈" for op in block["ops"]):
        candidate = _candidate(spec, block)
        if candidate is not None:
            yield candidate


def _in_row(spec: Kind, row: Sequence[dict[str, Any]]) -> Iterator[Candidate]:
    around = words_of(" ".join(str(cell["text"]) for cell in row))
    rank = _rank(spec, around)
    filled = [cell for cell in row if cell["formulas"]]
    for formula in filled[-1]["formulas"][-1:] if filled and rank < _NO_RANK else []:
        sides = tuple(_side(tree) for tree in formula["sides"]) or (Side(None),)
        yield Candidate(sides, filled[-1]["text"], tuple(around), rank, False, formula["error"])


def _candidate(spec: Kind, block: Block) -> Candidate | None:
    words = [*words_of(lead_in(block)), *words_of(str(block["label"])), *words_of(_sentence(str(block["words"])))]
    named = is_named(block, spec.find.label)
    rank = min(_named_rank(spec, block) if named else _NO_RANK, _rank(spec, words))
    trees = list(block["sides"])
    is_a_name = len(trees) > 1 and (trees[0] is None or trees[0][0] in ("sym", "apply"))
    sides = tuple(_side(tree) for tree in (trees[1:] if is_a_name else trees)) or (Side(None),)
    is_foreign = is_a_name and bool(block["label"]) and not named and rank == _NO_RANK
    if sides[-1].value is None and not block["error"] and not named:
        return None
    return Candidate(sides, str(block["source"]), tuple(words), rank, is_foreign, str(block["error"]))


def _sentence(text: str) -> str:
    return next(iter(sentences_of(text)), "") if not text.startswith(".") else ""


def _named_rank(spec: Kind, block: Block) -> int:
    return next(i for i, label in enumerate(spec.find.label) if is_named(block, (label,)))


def _rank(spec: Kind, words: Sequence[str]) -> int:
    """The place of the first label among the words; symbols of one letter only name what stands on their right."""
    for place, label in enumerate(spec.find.label):
        if len(label) > 2 and mentions(words, (label,)):
            return place
    return _NO_RANK


def _side(tree: Tree | None) -> Side:
    if tree is None:
        return Side(None)
    evaluation = Evaluation()
    try:
        value = float(evaluation.of(tree))
    except (Unreadable, TypeError):
        return Side(None)
    is_literal, readings = _literal(tree)
    if not math.isfinite(value):
        return Side(None)
    return Side(value, frozenset(evaluation.bases), evaluation.has_bare_log, readings, is_literal)


def _literal(tree: Tree) -> tuple[bool, tuple[float, ...]]:
    sign, inner = (-1, tree[1]) if tree[0] == "neg" else (1, tree)
    if inner[0] != "num":
        return False, ()
    return True, tuple(sign * reading for reading in other_readings(inner[1]))


def _told_in(blocks: Sequence[Block]) -> frozenset[float]:
    words = [word for text in texts(blocks) for word in words_of(text)]
    return frozenset(_BASES[base] for base, phrases in _TELLING.items() if mentions(words, phrases))


def _bases_of(blocks: Sequence[Block]) -> frozenset[float]:
    """The bases written in the formulas of blocks."""
    found: set[float] = set()
    for block in blocks:
        for side in block["sides"] if block["kind"] == "formula" else ():
            found |= _written(side)
    return frozenset(found) | _told_in(blocks)


def _written(tree: Any) -> set[float]:
    if not isinstance(tree, list) or not tree:
        return set()
    found = {base for part in tree for base in _written(part)}
    if tree[0] == "log" and tree[1]:
        with suppress(Unreadable):
            found.add(float(Evaluation().of(tree[1])))
    return found


def _judged(spec: NumberSpec, candidate: Candidate, bases: Bases, tolerance: Tolerance) -> WriteupOutcome:
    value = candidate.last.value
    if value is None:
        why = f" ({candidate.error})" if candidate.error else ""
        return review(f"The number in '{excerpt(candidate.source)}' could not be read{why}.", candidate.source)
    outcome, is_doubtful = _compared(spec, candidate, value, bases, tolerance)
    if outcome.status == "passed":
        return (
            outcome
            if _is_consistent(spec, candidate, value, tolerance)
            else outcome.for_review("Another side of the equation says something else.")
        )
    if is_doubtful or any(_accepts(spec, reading, None, tolerance) for reading in candidate.last.readings):
        return outcome.for_review("It may be meant otherwise.")
    return outcome


def _compared(
    spec: NumberSpec, candidate: Candidate, value: float, bases: Bases, tolerance: Tolerance
) -> tuple[WriteupOutcome, bool]:
    """The outcome, and whether the number would be right in a base that may be meant."""
    wanted, doubtful = _wanted(spec, candidate, bases)
    told = f"Read {value:.6g} from '{excerpt(candidate.source)}'"
    if tier := _accepts(spec, value, wanted, tolerance):
        return scored(tier.credit, f"{told}, as expected. {tier.feedback}".strip(), candidate.source), False
    for other in spec.alternatives:
        if tier_of(value, other.value, tolerance):
            return scored(other.credit, f"{told}. {other.feedback}", candidate.source), False
    elsewhere = _accepts(spec, value, None, tolerance) is not None
    if elsewhere and wanted is not None:
        told += ", which belongs to another base of the logarithm than the one stated"
    return scored(NOTHING, f"{told}; expected another number.", candidate.source), elsewhere and doubtful


def _wanted(spec: NumberSpec, candidate: Candidate, bases: Bases) -> tuple[frozenset[float] | None, bool]:
    """The bases in which the number may be right, None for any; and whether that is open to doubt."""
    units = frozenset(
        _BASES[one.base] for one in spec.accept if one.base and mentions(candidate.around, one.unit)
    ) | _near(candidate)
    written = frozenset(base for side in candidate.sides for base in side.bases)
    if units:
        return units, bool(written - units) or len(units) > 1
    if written:
        return written | bases.told, False
    if bases.told:
        return bases.told, True
    if any(side.has_bare_log for side in candidate.sides):
        return (None, False) if not bases.of_formula else (bases.of_formula, True)
    return (bases.of_formula, False) if bases.of_formula else (None, False)


def _near(candidate: Candidate) -> frozenset[float]:
    return frozenset(_BASES[base] for base, phrases in _TELLING.items() if mentions(candidate.around, phrases))


def _accepts(spec: NumberSpec, value: float, bases: frozenset[float] | None, tolerance: Tolerance) -> Tier | None:
    """The tier of the first accepted number that the value is; in other bases than written, that of e is scaled."""
    for one in spec.accept:
        if bases is None:
            fits = not one.only_stated
        else:
            fits = not one.base or _BASES[one.base] in bases
        if fits and (tier := tier_of(value, one.value, tolerance)):
            return tier
    natural = next((one for one in spec.accept if one.base == "e"), None)
    for base in bases or ():
        if natural and base > 0 and base != 1 and (tier := tier_of(value, natural.value / math.log(base), tolerance)):
            return tier
    return None


def _is_consistent(spec: NumberSpec, candidate: Candidate, value: float, tolerance: Tolerance) -> bool:
    """Whether the other sides say the same, a bare logarithm in whichever base."""
    for side in candidate.sides[:-1]:
        if side.value is None:
            continue
        accepted: list[Accepted] = list(spec.accept)
        same = tier_of(side.value, value, tolerance)
        if not same and not (side.has_bare_log and any(tier_of(side.value, one.value, tolerance) for one in accepted)):
            return False
    return True
