"""Names the misconception that a failing student has, where the replies leave no doubt."""

from __future__ import annotations

import contextlib
import io
import itertools
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from grader.cache.digests import digest, model_files, versions
from grader.cache.preparations import Preparations
from grader.checks.check import Check
from grader.checks.misconceptions.call_graph import CallGraph
from grader.checks.misconceptions.files import Misconception, load_misconceptions, with_misconception
from grader.checks.misconceptions.observation import CaseEvidence, Figures, agree, evidence_of, holds_text
from grader.checks.plan.callers import LeftPlan
from grader.checks.plan.packing import pack, packed_evidence, unpacked_evidence
from grader.checks.runner import CheckRunner, Findings
from grader.checks.time_limit import run_within
from grader.errors import GraderError, WireError
from grader.model.tolerance import Tolerance
from grader.sandbox import Session
from grader.wire import NotData

# One misconception's answers to one check take some 0.1 s; a busy machine, ten times that.
MISCONCEPTION_WALL_S = 10.0
# Kept by the replies they are the name of: the same mistake comes back with the very same numbers.
MAX_NAMED = 10_000
# Numbers that agree in so many cases, and are not alike, agree by no coincidence.
_ENOUGH = 2

Evidence = tuple[CaseEvidence, ...]


@dataclass(frozen=True)
class KnownMisconception:
    """A misconception as one check sees it.

    Args:
        answers: case by case.
        differs: the cases in which they are not right.
        is_telling: whether its wrong numbers are so many that equal ones are no coincidence.
        is_telling_as_whole: the same where arrays count that NaN and infinity take a part of, if all else is alike.
    """

    misconception: Misconception
    answers: Evidence
    differs: tuple[int, ...]
    is_telling: bool
    is_telling_as_whole: bool


class Naming(Protocol):
    """Tells a failing student of a misconception."""

    @property
    def known(self) -> tuple[Misconception, ...]:
        """Those that may be named."""
        ...

    def recall(self, check: Check) -> None:
        """Take over what an earlier run found out about a check, without running anything."""
        ...

    def identify(self, check: Check, findings: Findings) -> Misconception | None:
        """The one whose answers the student's are, where that leaves no doubt."""
        ...


class Misconceptions:
    """The misconceptions of an assignment, and what each answers to a check: found out when a student first fails it.

    Args:
        reference: the folder of the model answer.
        kept: where the answers are kept for the next run.
    """

    def __init__(self, reference: Path, known: Sequence[Misconception], kept: Preparations | None = None) -> None:
        self._known = tuple(known)
        self._reference = reference
        self._kept = kept
        self._prepared: dict[str, str] = {}
        self._unusable: set[tuple[str, str]] = set()  # by check: which of them fails first is the class's chance
        self._evidence: dict[tuple[str, str], Evidence] = {}
        self._seen_by: dict[str, list[KnownMisconception]] = {}
        self._named: dict[tuple[str, bytes], Misconception | None] = {}

    @classmethod
    def of(cls, reference: Path, kept: Preparations) -> Misconceptions:
        """Those that lie with a model answer.

        Raises:
            RubricError: one of the files is malformed.
        """
        return cls(reference, load_misconceptions(reference), kept)

    @property
    def known(self) -> tuple[Misconception, ...]:
        """All of the assignment."""
        return self._known

    def about(self, check: Check) -> list[Misconception]:
        """Those that change a function which the check calls; first those that replace it, then what it rests on."""
        direct = [one for one in self.known if one.replaces in check.plan.functions]
        called = set(check.plan.functions)
        return direct + [
            one for one in self.known if one not in direct and self._reach.functions(one.replaces) & called
        ]

    @cached_property
    def _reach(self) -> CallGraph:
        return CallGraph.of(self._reference)

    def evidence(self, misconception: Misconception, check: Check) -> Evidence | None:
        """What the check sees of a misconception; None where that does not run, or not in time."""
        key = (misconception.name, check.id)
        if key not in self._evidence and key not in self._unusable:
            try:
                found = self._recall(misconception, check)
                self._evidence[key] = self._found_out(misconception, check) if found is None else found
            except (GraderError, TimeoutError, LeftPlan):
                self._unusable.add(key)
        return self._evidence.get(key)

    def recall(self, check: Check) -> None:
        """See `Naming`."""
        concerned = self.about(check)
        for one in concerned:
            found = self._recall(one, check)
            if found is None:
                return
            self._evidence[one.name, check.id] = found
        self._seen_by[check.id] = self._all_seen_by(check)

    def _recall(self, misconception: Misconception, check: Check) -> Evidence | None:
        """What an earlier run found out."""
        name, key = _name(misconception, check), self._key(misconception, check)
        data = self._kept.get(name, key) if self._kept and key else None
        if data is not None:
            with contextlib.suppress(WireError, TypeError, ValueError):  # a file that something else wrote to
                return unpacked_evidence(data)
        return None

    def _found_out(self, misconception: Misconception, check: Check) -> Evidence:
        """What is found out now."""
        found = answers(misconception, check, self._reference)
        if self._kept and (key := self._key(misconception, check)):
            self._kept.put(_name(misconception, check), key, packed_evidence(found))
        return found

    def _key(self, misconception: Misconception, check: Check) -> str:
        """Of all that the answers depend on; empty where that cannot be written down."""
        if check.id not in self._prepared:
            try:
                self._prepared[check.id] = digest(pack(check), model_files(self._reference), versions())
            except NotData:
                self._prepared[check.id] = ""
        prepared = self._prepared[check.id]
        return prepared and digest(prepared, misconception.source)

    def identify(self, check: Check, findings: Findings) -> Misconception | None:
        """See `Naming`."""
        if findings.fault is not None:
            return None
        if findings.digest is None:
            return self._diagnosis(check, findings)
        key = (check.id, findings.digest)
        if key not in self._named:
            if len(self._named) == MAX_NAMED:
                self._named.clear()
            self._named[key] = self._diagnosis(check, findings)
        return self._named[key]

    def _diagnosis(self, check: Check, findings: Findings) -> Misconception | None:
        if check.id not in self._seen_by:
            self._seen_by[check.id] = self._all_seen_by(check)
        return diagnosis(check, findings, self._seen_by[check.id])

    def _all_seen_by(self, check: Check) -> list[KnownMisconception]:
        concerned = self.about(check)
        if not concerned:
            return []
        try:
            right = evidence_of(check, check.plan.outcomes)
        except LeftPlan:
            return []
        found = [(one, wrong) for one in concerned if (wrong := self.evidence(one, check)) is not None]
        return [misconception_for(one, wrong, right, check.spec.tolerance) for one, wrong in found]


def _name(misconception: Misconception, check: Check) -> str:
    """Under what the answers of one to the other are kept."""
    return f"{check.id}/{misconception.name}"


def misconception_for(
    misconception: Misconception, wrong: Evidence, right: Evidence, tolerance: Tolerance
) -> KnownMisconception:
    """A misconception as a check sees it.

    Args:
        wrong: what it answers.
        right: what the model answer does.
    """
    differs = tuple(at for at, of_wrong in enumerate(wrong) if not agree(of_wrong, right[at], tolerance))
    is_telling = _is_telling(wrong, right, differs, tolerance, lost_too=False)
    as_whole = is_telling or _is_telling(wrong, right, differs, tolerance, lost_too=True)
    return KnownMisconception(misconception, wrong, differs, is_telling, as_whole)


def diagnosis(check: Check, findings: Findings, seen_by_check: Sequence[KnownMisconception]) -> Misconception | None:
    """The misconception whose answers a student's equal wherever it differs from the model answer.

    Of several, those that explain every other case as well; None where these differ from each other.
    """
    if findings.fault is not None or not seen_by_check:
        return None
    try:
        seen = evidence_of(check, findings.replies, findings.runs)
    except LeftPlan:
        return None
    tolerance = check.spec.tolerance
    alike = [one for one in seen_by_check if _explains(one, seen, tolerance)]
    whole = [one for one in alike if agree(one.answers, seen, tolerance)]
    if not (best := whole or alike) or not all(agree(one.answers, best[0].answers, tolerance) for one in best):
        return None
    return best[0].misconception


def answers(misconception: Misconception, check: Check, reference: Path) -> Evidence:
    """What a check sees of a misconception, which runs in this process, within bounds and in silence.

    Raises:
        RubricError: it does not run.
        TimeoutError: it takes too long.
    """

    def run() -> Evidence:
        return observe(check, with_misconception(misconception, reference))

    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return run_within(run, MISCONCEPTION_WALL_S)


def observe(check: Check, session: Session) -> Evidence:
    """What a check sees of what a session answers."""
    findings = CheckRunner(check, session).run()
    return evidence_of(check, findings.replies, findings.runs)


def _explains(known: KnownMisconception, seen: Evidence, tolerance: Tolerance) -> bool:
    """Whether what was seen is the misconception's wherever that differs from what is right, and tellingly so."""
    return (
        all(agree(seen[at], known.answers[at], tolerance) for at in known.differs)
        and known.is_telling_as_whole
        and (known.is_telling or agree(known.answers, seen, tolerance))
    )


def _is_telling(wrong: Evidence, right: Evidence, differs: Iterable[int], tolerance: Tolerance, lost_too: bool) -> bool:
    """Whether enough of the wrong numbers are not alike."""
    found: set[bytes] = set()
    for numbers in itertools.chain.from_iterable(
        _distinctive(wrong[at], right[at], tolerance, lost_too) for at in differs
    ):
        found.add(numbers)
        if len(found) >= min(_ENOUGH, len(right)):
            return True
    return False


def _distinctive(wrong: CaseEvidence, right: CaseEvidence, tolerance: Tolerance, lost_too: bool) -> Iterator[bytes]:
    """The wrong numbers or texts of a case; a constant, of whatever shape, is always the same one.

    Args:
        lost_too: whether arrays count in which some elements, not all, are NaN or infinite.
    """
    for item, expected in itertools.zip_longest(wrong, right[: len(wrong)]):
        if not agree(item, expected, tolerance):
            if isinstance(item, Figures) and (item.is_finite or (lost_too and item.is_partly_finite)):
                yield np.unique(item.array).tobytes()
            elif not isinstance(item, Figures) and holds_text(item):
                yield repr(item).encode()
