"""JUnit XML, as pytest writes it: a suite per question, a case per check, points as properties."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from typing import Any

from grader.export import ending_of, example_of, first_sentence, message_of
from grader.export.audience import hidden_sentence
from grader.export.escaping import xml_text
from grader.model.record import CheckRecord, ResultRecord, checks_of

_ELEMENTS = {"failed": "failure", "skipped": "skipped", "error": "error"}


def junit(line: ResultRecord) -> str:
    """The document; a check that earned a part is a failure, for the format knows no points."""
    root = ET.Element("testsuites", {"name": _text(f"grader {line['assignment']}"), **counts(checks_of(line))})
    for question in line["questions"]:
        said = {"submission": line["submission"], "sandbox": line["sandbox"]}
        suite = add_suite(root, question["id"], question["checks"], said)
        suite.cases(f"{line['assignment']}.{question['id']}", question["checks"])
    if hidden := hidden_sentence(line):
        root.append(ET.Comment(f" {hidden} "))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


@dataclass(frozen=True)
class Suite:
    """A suite of a document, to which cases are added."""

    element: ET.Element

    def cases(self, classname: str, checks: list[CheckRecord]) -> None:
        """Add a case for each check."""
        for check in checks:
            _case(self.element, classname, check)


def add_suite(root: ET.Element, name: str, checks: list[CheckRecord], said: dict[str, Any]) -> Suite:
    """Add a suite with the counts of its checks, and what is said of it as properties."""
    suite = ET.SubElement(root, "testsuite", {"name": _text(name), **counts(checks)})
    suite.set("skipped", str(sum(ending_of(check["status"]) == "skipped" for check in checks)))
    _properties(suite, said)
    return Suite(suite)


def _case(suite: ET.Element, classname: str, check: CheckRecord) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=_text(classname), name=_text(check["id"]), time=f"{check['seconds']:.3f}"
    )
    _properties(
        case,
        {
            "points": "" if check["score"] is None else f"{check['score']:g}",
            "max_points": f"{check['max_score']:g}",
            "visibility": check["visibility"],
            "status": check["status"],
        },
    )
    element = _ELEMENTS.get(ending_of(check["status"]))
    if element is not None:
        told = ET.SubElement(case, element, type=_text(check["status"]), message=_text(first_sentence(check)))
        told.text = _text(explanation(check))


def explanation(check: CheckRecord) -> str:
    """All that the student reads of a check, as plain text."""
    return "\n".join([message_of(check), *(f"{title}: {text}" for title, text in example_of(check))])


def counts(cases: list[CheckRecord]) -> dict[str, str]:
    """The counts of a suite, as attributes."""
    endings = Counter(ending_of(check["status"]) for check in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(endings["failed"]),
        "errors": str(endings["error"]),
        "time": f"{sum(check['seconds'] for check in cases):.3f}",
    }


def _properties(parent: ET.Element, values: dict[str, Any]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=_text(value))


def _text(value: object) -> str:
    return xml_text(str(value))
