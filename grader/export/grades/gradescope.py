"""Gradescope's results.json, one a student, with what people decided."""

from __future__ import annotations

import json
from dataclasses import dataclass

from grader.export.grades import FinalGrades, GradeStyle
from grader.export.grades.records import final_record
from grader.export.gradescope import gradescope


@dataclass(frozen=True)
class GradescopeGrades:
    """`<student>/results.json`."""

    name: str = "gradescope"

    def write(self, grades: FinalGrades, style: GradeStyle) -> dict[str, bytes]:
        """A document a student; without a score while something waits, so that nobody gets a zero for it."""
        files = {}
        for one in grades.students:
            record = final_record(one, style)
            if record is not None:
                document = gradescope(record)
                text = json.dumps(document, indent=1, allow_nan=False)
                files[f"{one.student}/results.json"] = (text + "\n").encode()
        return files


EXPORTERS = {"gradescope": GradescopeGrades()}
