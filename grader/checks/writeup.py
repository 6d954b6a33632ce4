"""Write-up checks: the write-up is read once inside the sandbox, each check judges what was read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from pydantic import BaseModel

from grader.arrays import Mismatch, as_array
from grader.checks.plan import encoded_call, packed_list
from grader.outcome import Failure, Value
from grader.rubric import CheckSpec, Rubric
from grader.sandbox import Session
from grader.verdict import Status, Verdict
from grader.worker.files import MAX_WRITEUP_BYTES
from grader.writeup import judge, matrix_of
from grader.writeup.spec import ArrayArgument, MatrixSpec


class WriteupReader:
    """A submission's write-up, read when the first check asks for it."""

    def __init__(self, rubric: Rubric, files: Mapping[str, bytes], session: Session) -> None:
        notebooks = sorted(path for path in files if path.endswith(".ipynb") and "/" not in path)
        self._name = rubric.write_up if rubric.write_up in files or not notebooks else notebooks[0]
        self._data = files.get(self._name)
        self._session = session
        self._document: Any = None
        self._problem: tuple[Status, str] | None = None
        both = notebooks and rubric.write_up in files
        self._notes: tuple[str, ...] = (f"{rubric.write_up} counts, not the text in {notebooks[0]}",) if both else ()
        self._is_read = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed while reading, where a check asked for it: another encoding, a question answered twice."""
        return self._notes

    def conclude(self, spec: CheckSpec) -> Verdict:
        """The verdict of one write-up check."""
        started = time.perf_counter()
        self._read()
        status, credit, feedback = (
            self._problem and (*self._problem[:1], Fraction(0), self._problem[1])
        ) or self._judged(spec)
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

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        if self._data is None:
            self._problem = ("missing", f"There is no {self._name}.")
        elif len(self._data) > MAX_WRITEUP_BYTES:
            self._problem = (
                "needs_review",
                f"{self._name} is larger than {MAX_WRITEUP_BYTES >> 20} MiB; a person looks at it.",
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

    def _against_code(self, spec: BaseModel) -> str:
        """A note where the student's own code gives another matrix than the write-up; it costs nothing."""
        written = matrix_of(self._document, spec)
        if written is None or not isinstance(spec, MatrixSpec) or spec.code is None:
            return ""
        module, _, function = spec.code.call.partition(".")
        call = encoded_call((module, function), map(_argument, spec.code.arguments), {}, False)
        [outcome] = self._session.call(packed_list([call]), 1, modules=[module])
        try:
            computed = as_array(outcome.data) if isinstance(outcome, Value) else None
        except Mismatch:
            return ""
        if computed is None or (computed.shape == np.shape(written) and np.allclose(computed, written)):
            return ""
        return f"Note: your own {spec.code.call} gives another matrix for this than the one you report."

    def _judged(self, spec: CheckSpec) -> tuple[Status, Fraction, str]:
        if spec.writeup is None:
            return "needs_review", Fraction(0), "A person reads this part."
        outcome = judge(spec.writeup, self._document, tolerance=spec.tolerance)
        lines = [outcome.feedback, self._against_code(spec.writeup)]
        if outcome.status in ("partial", "failed") and spec.hint:
            lines.append(f"Hint: {spec.hint}")
        return outcome.status, outcome.credit, "\n".join(line for line in lines if line)


def _argument(value: object) -> object:
    return np.array(value.array, dtype=np.float64) if isinstance(value, ArrayArgument) else value
