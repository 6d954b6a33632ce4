"""Write-up checks: the write-up is read once inside the sandbox, each check judges what was read."""

from __future__ import annotations

import json
import string
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from grader.cache.digests import digest
from grader.checks.plan.calls import encoded_call, packed_list
from grader.model.arrays import Mismatch, as_array
from grader.model.outcome import Failure, Value
from grader.model.record import Status
from grader.model.tolerance import is_same
from grader.model.verdict import Verdict
from grader.rubric import CheckSpec, Rubric
from grader.rubric.writeup_keys import ArrayArgument, Kind, MatrixSpec
from grader.sandbox import Session
from grader.worker.files import cap_of
from grader.writeup import judge, matrix_of
from grader.writeup.finding import renumber


class WriteupReader:
    """A submission's write-up, read when the first check asks for it.

    Args:
        write_up: name and bytes of what is read; None where there is none.
    """

    def __init__(self, rubric: Rubric, write_up: tuple[str, bytes] | None, session: Session) -> None:
        self._name = rubric.write_up if write_up is None else write_up[0]
        self._data = None if write_up is None else write_up[1]
        self._session = session
        self._homework = rubric.assignment[len(rubric.assignment.rstrip(string.digits)) :].lstrip("0")
        self._document: Any = None
        self._problem: tuple[Status, str] | None = None
        self._notes: tuple[str, ...] = ()
        self._is_read = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed while reading, where a check asked for it: another encoding, a question answered twice."""
        return self._notes

    def conclude(self, spec: CheckSpec, code: Callable[[], Session]) -> Verdict:
        """The verdict of one write-up check.

        Args:
            code: opens the session for the student's own functions, where a check compares with them.
        """
        started = time.perf_counter()
        self.read()
        status, credit, feedback = (
            self._problem and (*self._problem[:1], Fraction(0), self._problem[1])
        ) or self._judge(spec, code)
        return Verdict(
            id=spec.id,
            part="writeup",
            functions=(),
            status=status,
            score=spec.points * credit,
            max_score=spec.points,
            visibility=spec.visibility,
            feedback=feedback,
            seconds=time.perf_counter() - started,
        )

    def answer(self, spec: CheckSpec) -> str:
        """Digest of what the check reads: the part of its question, else the whole write-up."""
        self.read()
        find = getattr(spec.writeup, "find", None)
        if self._document is None or find is None:
            return digest(spec.kind or "", self._data or b"")
        question = str(find.question)
        sections = renumber(self._document, self._homework)["sections"]
        own = [one["blocks"] for one in sections if question in (one["question"], one["second"])]
        read = own or [one["blocks"] for one in sections if not one["question"]]
        return digest(question, json.dumps(read, sort_keys=True, default=repr))

    def read(self) -> None:
        """Read the write-up, once."""
        if self._is_read:
            return
        self._is_read = True
        if self._data is None:
            self._problem = ("missing", f"There is no {self._name}.")
        elif len(self._data) > (most := cap_of(self._name)):
            self._problem = (
                "needs_review",
                f"{self._name} is larger than {most >> 20} MiB; a person looks at it.",
            )
        else:
            self._take(self._session.read(self._name, self._data))

    def _take(self, outcome: object) -> None:
        if isinstance(outcome, Value) and isinstance(outcome.data, list) and len(outcome.data) == 2:
            self._document, notes = outcome.data
            self._notes += tuple(str(note)[:200] for note in notes[:20]) if isinstance(notes, list) else ()
        else:
            reason = outcome.message if isinstance(outcome, Failure) else "it could not be read"
            self._problem = (
                "needs_review",
                f"{self._name} could not be read by the program ({reason}); a person looks at it.",
            )

    def _against_code(self, spec: Kind, code: Callable[[], Session]) -> str:
        """A note where the student's own code gives another matrix than the write-up; it costs nothing."""
        written = matrix_of(self._document, spec)
        if written is None or not isinstance(spec, MatrixSpec) or spec.code is None:
            return ""
        module, _, function = spec.code.call.rpartition(".")
        call = encoded_call((module, function), map(_argument, spec.code.arguments), {}, False)
        [outcome] = code().call(packed_list([call]), 1, modules=[module])
        try:
            computed = as_array(outcome.data) if isinstance(outcome, Value) else None
        except Mismatch:
            return ""
        if computed is None or is_same(written, computed):
            return ""
        return f"Note: your own {spec.code.call} gives another matrix for this than the one you report."

    def _judge(self, spec: CheckSpec, code: Callable[[], Session]) -> tuple[Status, Fraction, str]:
        if spec.writeup is None:
            return "needs_review", Fraction(0), "A person reads this part."
        outcome = judge(spec.writeup, self._document, tolerance=spec.tolerance, homework=self._homework)
        lines = [outcome.feedback, self._against_code(spec.writeup, code)]
        if outcome.status in ("partial", "failed") and spec.hint:
            lines.append(f"Hint: {spec.hint}")
        return outcome.status, outcome.credit, "\n".join(line for line in lines if line)


def _argument(value: object) -> object:
    return np.array(value.array, dtype=np.float64) if isinstance(value, ArrayArgument) else value
