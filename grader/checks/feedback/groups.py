"""Failing cases by what happened in them, so that one cause is told as one and another beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.checks.runner import Findings
from grader.model.outcome import Failure


@dataclass(frozen=True)
class CaseGroup:
    """Cases in which the same happened.

    Args:
        failure: of the first of them, where a call did not return.
        problem: of the first of them, where a reply was not what can be compared.
    """

    kind: str
    cases: tuple[int, ...]
    failure: Failure | None = None
    problem: str | None = None


# In what way a reply cannot be compared is the same whatever text or number it holds.
_PARTICULARS = re.compile(r"'[^']*'|\d[-+\d.e]*|-(?=\d)")


def group_cases(findings: Findings) -> list[CaseGroup]:
    """The failing cases in groups, the commonest first; what ended the process comes before all else."""
    by_kind: dict[str, list[int]] = {}
    for case in findings.failing:
        by_kind.setdefault(kind_of(findings, case), []).append(case)
    groups = [
        CaseGroup(kind, tuple(cases), findings.failures.get(cases[0]), findings.marks.problems.get(cases[0]))
        for kind, cases in by_kind.items()
    ]
    return sorted(groups, key=lambda one: (one.failure is None or not one.failure.ends_process, -len(one.cases)))


def kind_of(findings: Findings, case: int) -> str:
    """What makes two failing cases the same: an exception's type and place, the sort of reply, or wrong values."""
    failure = findings.failures.get(case)
    if failure is not None:
        error, _, text = failure.message.partition(":")
        # CPython 3.11 names the line before, once a function has run often enough for two of its steps to be joined.
        place = f"{failure.function}:{text}" if error == "UnboundLocalError" else str(failure.line)
        return f"{failure.status} {error} {failure.file}:{place}"
    problem = findings.marks.problems.get(case, "")
    return "another value" if problem.startswith("got ") else _PARTICULARS.sub("", problem)
