"""Verdicts that rest on a file's absence: missing where all was read, else for a person to decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from grader.intake.placing import Placed
from grader.model.record import Status
from grader.model.verdict import Verdict
from grader.rubric import CheckSpec

# How it shows that something was not there when a check asked for it.
_LACKING: tuple[Status, ...] = ("missing", "error")
# What Python and its libraries say of a file that is not there.
_NO_FILE = re.compile(r"^.*(?:FileNotFoundError: |[Nn]o such file).*$", re.MULTILINE)
_READS = "It reads {}, which was handed in and is not there when the work is graded: a person decides."


def verdict_without_file(
    spec: CheckSpec, modules: Sequence[str], functions: Sequence[str], placed: Placed
) -> Verdict | None:
    """The verdict of a check about whose file a person decides; None where it can be run."""
    wanted = ("",) if spec.part == "writeup" else modules
    waits = dict.fromkeys(placed.waits[name] for name in wanted if name in placed.waits)
    return _verdict(spec, functions, "needs_review", "\n".join(waits)) if waits else None


def is_decided_by_hand(verdict: Verdict, modules: Sequence[str], placed: Placed) -> bool:
    """Whether a person looks through all that was handed in, since what was asked for was not found as it should be."""
    names = ("",) if verdict.part == "writeup" else (*modules, *verdict.functions)
    return verdict.status == "needs_review" and (
        any(name in placed.waits or name in placed.doubts for name in names) or bool(_files_read(verdict, placed))
    )


def hold(verdict: Verdict, functions: Sequence[str], placed: Placed) -> Verdict:
    """The verdict, for a person to look at where what it lacks may stand in something that was not read."""
    if verdict.status not in _LACKING:
        return verdict
    names = ("",) if verdict.part == "writeup" else functions
    doubts = dict.fromkeys(placed.doubts[name] for name in names if name in placed.doubts)
    if files := _files_read(verdict, placed):
        doubts[_READS.format(", ".join(files))] = None
    if not doubts:
        return verdict
    return replace(verdict, status="needs_review", score=Fraction(0), feedback="\n".join([verdict.feedback, *doubts]))


def _files_read(verdict: Verdict, placed: Placed) -> list[str]:
    """The files that were handed in, that code is not given, and that it failed for want of."""
    told = "\n".join(_NO_FILE.findall(verdict.feedback))
    return sorted(
        name for name in placed.not_given if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w/\\-]|\.\w)", told)
    )


def _verdict(spec: CheckSpec, functions: Sequence[str], status: Status, feedback: str) -> Verdict:
    return Verdict(
        id=spec.id,
        part=spec.part,
        functions=tuple(functions),
        status=status,
        score=Fraction(0),
        max_score=spec.points,
        visibility=spec.visibility,
        feedback=feedback,
    )
