"""The misconceptions that a kit tells of: what each answers to the kit's own cases, and nothing of how it does it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from grader import wire
from grader.checks.check import Check
from grader.checks.misconceptions.diagnosis import (
    Evidence,
    Misconceptions,
    answers,
    diagnosis,
    misconception_for,
    observe,
)
from grader.checks.misconceptions.files import Misconception
from grader.checks.plan.callers import LeftPlan
from grader.checks.plan.packing import packed_evidence, unpacked_evidence
from grader.checks.runner import Findings
from grader.course.loading import load_reference
from grader.errors import GraderError


def packed_mistakes(check: Check, whole: Check, misconceptions: Misconceptions, reference: Path) -> bytes:
    """What a kit's check sees of the model answer and of each misconception, with what students are told of it.

    Args:
        check: as it will be rebuilt from the kit.
        whole: as the course has it, which tells what the check calls.
        reference: the folder of the model answer.
    """
    from grader.sandbox.local import LocalSession

    right = packed_evidence(observe(check, LocalSession(load_reference(reference))))
    told = []
    for one in misconceptions.about(whole):
        try:
            wrong = packed_evidence(answers(one, check, reference))
        except (GraderError, TimeoutError, LeftPlan):  # the course does not name it either
            continue
        told.append([one.name, one.replaces, one.sentence, str(one.credit), wrong])
    return wire.encode([right, told])


class Mistakes:
    """Implements `Naming` from a kit's data.

    Args:
        data: by check, what `packed_mistakes` returned.
    """

    def __init__(self, data: Mapping[str, bytes]) -> None:
        self._data = data

    @cached_property
    def known(self) -> tuple[Misconception, ...]:
        """See `Naming`."""
        found = {one.name: one for check in self._data for one, _ in self._read(check)[1]}
        return tuple(found[name] for name in sorted(found))

    def recall(self, check: Check) -> None:
        """See `Naming`; a kit holds it all."""

    def identify(self, check: Check, findings: Findings) -> Misconception | None:
        """See `Naming`."""
        if check.id not in self._data:
            return None
        right, found = self._read(check.id)
        tolerance = check.spec.tolerance
        return diagnosis(check, findings, [misconception_for(one, wrong, right, tolerance) for one, wrong in found])

    def _read(self, check: str) -> tuple[Evidence, list[tuple[Misconception, Evidence]]]:
        right, told = wire.decode(self._data[check])
        found = [
            (Misconception(name, replaces, sentence, Fraction(credit), source=""), unpacked_evidence(wrong))
            for name, replaces, sentence, credit, wrong in told
        ]
        return unpacked_evidence(right), found
