"""JUnit XML, as pytest writes it: a suite per question, a case per check, points as properties."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

from grader.escaping import xml_text
from grader.export import Check, Line, checks, ending, first_sentence, told
from grader.export.audience import hidden_sentence

_ELEMENTS = {"failed": "failure", "skipped": "skipped", "error": "error"}


def junit(line: Line) -> str:
    """The document; a check that earned a part is a failure, for the format knows no points."""
    root = ET.Element("testsuites", {"name": _text(f"grader {line['assignment']}"), **_counts(checks(line))})
    for question in line["questions"]:
        suite = ET.SubElement(root, "testsuite", {"name": _text(question["id"]), **_counts(question["checks"])})
        suite.set("skipped", str(sum(ending(check["status"]) == "skipped" for check in question["checks"])))
        _properties(suite, {"submission": line["submission"], "sandbox": line["sandbox"]})
        for check in question["checks"]:
            _case(suite, f"{line['assignment']}.{question['id']}", check)
    if hidden := hidden_sentence(line):
        root.append(ET.Comment(f" {hidden} "))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _case(suite: ET.Element, classname: str, check: Check) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=_text(classname), name=_text(check["id"]), time=f"{check['seconds']:.3f}"
    )
    _properties(
        case,
        {
            "points": f"{check['score']:g}",
            "max_points": f"{check['max_score']:g}",
            "visibility": check["visibility"],
            "status": check["status"],
        },
    )
    element = _ELEMENTS.get(ending(check["status"]))
    if element is not None:
        told = ET.SubElement(case, element, type=_text(check["status"]), message=_text(first_sentence(check)))
        told.text = _text(explanation(check))


def explanation(check: Check) -> str:
    """All that the student reads of a check, as plain text."""
    shown = check["counterexample"] or {}
    return "\n".join([told(check), *(f"{title}: {shown[title]}" for title in shown)])


def _counts(cases: list[Check]) -> dict[str, str]:
    endings = Counter(ending(check["status"]) for check in cases)
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
