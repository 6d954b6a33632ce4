"""JUnit XML of a class: a suite a student, a case a check, points as properties."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from grader.export.grades import FinalGrades, GradeStyle
from grader.export.grades.records import final_record
from grader.export.junit import add_suite, counts
from grader.model.record import checks_of


@dataclass(frozen=True)
class JUnit:
    """`grades.xml`."""

    name: str = "junit"

    def write(self, grades: FinalGrades, style: GradeStyle) -> dict[str, bytes]:
        """One document; who handed in nothing has no suite, for no check was run."""
        records = [record for one in grades.students if (record := final_record(one, style)) is not None]
        every = [check for record in records for check in checks_of(record)]
        root = ET.Element("testsuites", {"name": f"grader {grades.assignment}", **counts(every)})
        for record in records:
            score = "" if record["score"] is None else f"{record['score']:g}"
            said = {"status": record["status"], "score": score, "max_score": f"{record['max_score']:g}"}
            suite = add_suite(root, record["submission"], checks_of(record), said)
            for question in record["questions"]:
                suite.cases(f"{grades.assignment}.{question['id']}", question["checks"])
        ET.indent(root)
        return {"grades.xml": ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"}


EXPORTERS = {"junit": JUnit()}
