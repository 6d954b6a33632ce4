"""Judging one number: which number is meant, in which base of the logarithm, and whether it is right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from grader.model.tolerance import Tier, Tolerance
from grader.rubric.writeup_keys import Accepted, Kind, NumberSpec
from grader.writeup.candidates import NO_RANK, Candidate, is_count, is_total, numbers_of
from grader.writeup.evaluation import Evaluation, Unreadable
from grader.writeup.finding import Block, texts
from grader.writeup.outcome import NOTHING, WriteupOutcome, excerpt, review, score_with
from grader.writeup.prose import is_alternative, is_joined_by_or
from grader.writeup.sides import Side
from grader.writeup.words import mentions, words_of

_BASES = {"e": math.e, "2": 2.0, "10": 10.0}
_TELLING = {
    "e": ("natural log*", "base e", "natural base", "napier*", "to the base e"),
    "2": ("base 2", "base two", "binary log*", "log2", "base - 2"),
    "10": ("base 10", "base ten", "decimal log*", "common log*", "log10", "base - 10"),
}


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
    found = numbers_of(spec, blocks)
    meant = _without_roundings(_candidates_meant(spec, found))
    bases = Bases(_told_in(blocks), _bases_of(formula))
    if not meant:
        return _denied_only(spec, found)
    outcomes = [_judge(spec, candidate, bases, tolerance) for candidate in meant]
    outcome = _decide(spec, meant, outcomes)
    if not spec.find.part and outcome.status != "passed" and all(one.rank == NO_RANK for one in meant):
        return outcome.for_review("It has no name.")
    beside = [one for before, one in pairwise(found) if is_joined_by_or(one.lead) and before in meant]
    offered = [one for one in (*filter(_is_offered, found), *beside) if one.last.value is not None]
    if outcome.status == "passed" and any(_judge(spec, one, bases, tolerance).credit != 1 for one in offered):
        return outcome.for_review("Another one is offered beside it.")
    if outcome.status in ("failed", "partial"):
        others = [_judge(spec, one, bases, tolerance) for one in found if one not in meant]
        if any(other.credit == 1 for other in (*outcomes, *others)):
            return outcome.for_review("Another number in this answer is as expected.")
        if all(one.has_noun for one in meant):
            return outcome.for_review("It counts something else.")
    return outcome


def _is_offered(one: Candidate) -> bool:
    return is_alternative(one.lead)


def numbers_meant(spec: Kind, blocks: Sequence[Block]) -> list[Candidate]:
    """The candidates that may be the answer: the named ones, and what concludes after them."""
    return _without_roundings(_candidates_meant(spec, numbers_of(spec, blocks)))


def _candidates_meant(spec: Kind, found: Sequence[Candidate]) -> list[Candidate]:
    """Named and stated before unnamed and stated before what is only mentioned; without a denied one."""
    open_to = [one for one in found if not one.is_denied]
    own = [one for one in open_to if not one.is_foreign]
    named = _best([one for one in own if one.is_direct and one.rank < NO_RANK])
    if named:
        return named + _conclusions(spec, own, named[-1])
    if spec.find.part and (stated := _without_nouns([one for one in own if one.is_direct and _has_number(one)])):
        return stated
    if mentioned := _best([one for one in own if one.rank < NO_RANK]):
        return mentioned
    if mentioned := _best([one for one in open_to if one.rank < NO_RANK]):
        return mentioned
    if spec.find.part:
        return [one for one in own if _has_number(one)]
    unnamed = [one for one in own if one.is_direct and one.last.value is not None]
    return _without_nouns([one for one in unnamed if not _is_called(one)]) or _only_count(spec, found)


def _without_roundings(found: Sequence[Candidate]) -> list[Candidate]:
    """`61 706 (about 61.7 thousand)` is 61 706."""
    exact = [one.last.value for one in found if one.last.is_literal]
    return [one for one in found if not any(_is_rounding(value, one.last) for value in exact)]


def _is_rounding(value: float | None, side: Side) -> bool:
    """Whether a side is a value to the digits that it has, which are those of thousands or more."""
    return value is not None and side.value is not None and side.unit > 1 \
        and 0 < abs(side.value - value) < side.unit  # fmt: skip


def _only_count(spec: Kind, found: Sequence[Candidate]) -> list[Candidate]:
    """The one number of a passage in a language that is not known: `Łącznie: 61706`, `Ukupno: 61706 parametara`."""
    is_foreign = any(not sign.isascii() and sign.isalpha() for one in found for sign in one.lead) or any(
        mentions(one.around, ("param*",)) for one in found
    )
    return list(found) if len(found) == 1 and is_foreign and is_count(spec) and not found[0].is_denied else []


def _best(found: Sequence[Candidate]) -> list[Candidate]:
    """Those of the foremost label, and of them those that no noun calls something else."""
    best = min((one.rank for one in found), default=NO_RANK)
    return _without_nouns([one for one in found if one.rank == best])


def _without_nouns(found: list[Candidate]) -> list[Candidate]:
    return [one for one in found if not one.has_noun] or found


def _has_number(one: Candidate) -> bool:
    return one.last.value is not None or bool(one.error)


def _conclusions(spec: Kind, own: Sequence[Candidate], named: Candidate) -> list[Candidate]:
    """What is stated after the named number, without a name of its own, with words that conclude."""
    if not spec.find.part and named.rank == NO_RANK:
        return []
    after = own[own.index(named) + 1 :]
    return [one for one in after if one.is_direct and one.concludes and one.rank == NO_RANK and not one.has_noun
            and one.last.value is not None]  # fmt: skip


def _denied_only(spec: NumberSpec, found: Sequence[Candidate]) -> WriteupOutcome | None:
    denied = [one for one in found if one.is_denied and (spec.find.part or one.rank < NO_RANK)]
    if not denied:
        return None
    return review(f"Read '{excerpt(denied[-1].shown)}', which denies or doubts its number.", denied[-1].shown)


def _decide(spec: NumberSpec, meant: Sequence[Candidate], outcomes: Sequence[WriteupOutcome]) -> WriteupOutcome:
    """One outcome where all that is meant agrees, or where the last follows from what stands before it."""
    last, candidate = outcomes[-1], meant[-1]
    if not candidate.is_direct and last.status in ("failed", "partial"):
        return last.for_review("It is mentioned, and not stated as the answer.")
    if all(outcome.status == last.status for outcome in outcomes):
        same = len({one.last.value for one in meant}) == 1
        is_clear = same or last.status == "passed" or candidate.rank < NO_RANK or candidate.concludes
        return last if is_clear else last.for_review("It is one of several numbers, none of them named.")
    others = [one for one, outcome in zip(meant, outcomes, strict=True) if outcome.status != "passed"]
    if last.status == "passed" and all(_leads_to(spec, one, candidate) for one in others):
        return last
    return last.for_review("Another number in this answer says something else.")


_SUMMING_UP = ("summary", "result*", "solution", "answer", "ergebnis", "lösung", "résultat", "risultato", "so", "thus",
               "hence", "therefore", "finally", "check")  # fmt: skip


def _is_called(one: Candidate) -> bool:
    """Whether a colon before a number gives it a name, other than that of parameters."""
    has_colon = one.lead.rstrip(" *_`$").endswith(":")
    return has_colon and not mentions(
        words_of(one.lead)[-6:], ("param*", "weights and biases", "gewichte und", "参 数", *_SUMMING_UP)
    )


_EARLIER = ("first*", "initial*", "erst*", "premi*", "primer*", "prim*", "step 1", "one step", "第 一")
_LATER = ("second*", "then", "next", "last", "final*", "third", "two", "zwei*", "dann", "deuxième", "puis", "segund*",
          "luego", "second*", "poi", "depois", "step 2", "第 二", "now")  # fmt: skip


_ROUNDS = ("about", "roughly", "approximately", "around", "nearly", "almost", "ca", "etwa", "rund", "environ", "circa")
_SAME = ("i . e", "in other words", "d . h", "das heißt", "c'est à dire", "equivalently")
# `It is scaled up by 1.25, to 1.5`
_FACTOR = ("by", "by a", "factor", "durch", "um", "par", "por", "per")


def _leads_to(spec: NumberSpec, one: Candidate, final: Candidate) -> bool:
    """Whether a number is on the way to the final one: part of it, said first, or the final one concludes in words."""
    value, end = one.last.value, final.last.value
    if is_total(spec) and one.rank == NO_RANK and value is not None and end is not None and 0 <= value < end:
        return True
    if mentions(words_of(one.lead)[-2:], _FACTOR):
        return True
    if one.last.is_literal and one.rank < final.rank and mentions(words_of(final.lead)[-2:], _ROUNDS):
        return False  # `J = 0.8206, about 80 % of a nat`
    if one.last.is_literal and one.rank <= final.rank and mentions(words_of(final.lead)[-5:], _SAME):
        return False  # `2.2e-15, i.e. 2^-52`
    if mentions(words_of(one.lead), _EARLIER) and mentions(words_of(final.lead), _LATER):
        return True
    used = [side.value for side in final.sides[:-1] if side.value is not None]
    return final.concludes or value is None or f"{value:g}" in final.source or value in used


def _told_in(blocks: Sequence[Block]) -> frozenset[float]:
    words = [word for text in texts(blocks) for word in words_of(text)]
    return frozenset(_BASES[base] for base, phrases in _TELLING.items() if mentions(words, phrases))


def _bases_of(blocks: Sequence[Block]) -> frozenset[float]:
    """The bases written in the formulas of blocks."""
    found: set[float] = set()
    for block in blocks:
        for side in block["sides"] if block["kind"] == "formula" else ():
            found |= _numbers_written(side)
    return frozenset(found) | _told_in(blocks)


def _numbers_written(tree: Any) -> set[float]:
    if not isinstance(tree, list) or not tree:
        return set()
    found = {base for part in tree for base in _numbers_written(part)}
    if tree[0] == "log" and tree[1]:
        with suppress(Unreadable):
            found.add(float(Evaluation().of(tree[1])))
    return found


def _judge(spec: NumberSpec, candidate: Candidate, bases: Bases, tolerance: Tolerance) -> WriteupOutcome:
    value = candidate.last.value
    if value is None:
        why = f" ({candidate.error})" if candidate.error else ""
        return review(f"The number in '{excerpt(candidate.shown)}' could not be read{why}.", candidate.shown)
    outcome, is_doubtful = _compare(spec, candidate, value, bases, tolerance)
    if outcome.status == "passed":
        if not _is_consistent(spec, candidate, value, tolerance):
            return outcome.for_review("Another side of the equation says something else.")
        if candidate.last.bound > max(tolerance.tiers[0].atol, tolerance.tiers[0].rtol * abs(value)):
            return outcome.for_review("Its bound is wider than what is accepted.")
        return outcome.for_review(candidate.doubt) if candidate.doubt else outcome
    if candidate.doubt:
        return outcome.for_review(candidate.doubt)
    if _is_rounded(spec, candidate.last):
        return outcome.for_review("It is the number that is expected, rounded.")
    if is_doubtful or any(_accepts(spec, reading, None, tolerance) for reading in candidate.last.readings):
        return outcome.for_review("It may be meant otherwise.")
    return outcome


def _is_rounded(spec: NumberSpec, side: Side) -> bool:
    """Whether `61.7 thousand` is what is expected, to so many digits."""
    return any(_is_rounding(one.value, side) for one in spec.accept)


def _compare(
    spec: NumberSpec, candidate: Candidate, value: float, bases: Bases, tolerance: Tolerance
) -> tuple[WriteupOutcome, bool]:
    """The outcome, and whether the number would be right in a base that may be meant."""
    wanted, doubtful = _wanted_bases(spec, candidate, bases)
    told = f"Read {value:.6g} from '{excerpt(candidate.shown or candidate.source)}'"
    if tier := _accepts(spec, value, wanted, tolerance):
        return score_with(tier.credit, f"{told}, as expected. {tier.feedback}".strip(), candidate.source), False
    for other in spec.alternatives:
        if tolerance.tier_of(value, other.value):
            return score_with(other.credit, f"{told}. {other.feedback}", candidate.source), False
    elsewhere = _accepts(spec, value, None, tolerance) is not None
    if elsewhere and wanted is not None:
        told += ", which belongs to another base of the logarithm than the one stated"
    return score_with(NOTHING, f"{told}; expected another number.", candidate.source), elsewhere and doubtful


def _wanted_bases(spec: NumberSpec, candidate: Candidate, bases: Bases) -> tuple[frozenset[float] | None, bool]:
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
        if fits and (tier := tolerance.tier_of(value, one.value)):
            return tier
    natural = next((one for one in spec.accept if one.base == "e"), None)
    for base in bases or ():
        if natural and base > 0 and base != 1 and (tier := tolerance.tier_of(value, natural.value / math.log(base))):
            return tier
    return None


def _is_consistent(spec: NumberSpec, candidate: Candidate, value: float, tolerance: Tolerance) -> bool:
    """Whether the other sides say the same, a bare logarithm in whichever base."""
    for side in candidate.sides[:-1]:
        if side.value is None:
            continue
        accepted: list[Accepted] = list(spec.accept)
        same = tolerance.tier_of(side.value, value)
        is_accepted = any(tolerance.tier_of(side.value, one.value) for one in accepted if not one.only_stated)
        if not same and not ((side.has_bare_log or side.is_literal) and is_accepted):
            return False
    return True
