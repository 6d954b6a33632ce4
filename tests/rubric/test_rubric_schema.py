"""The JSON schema that editors use says what the loader says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from demo_course import RUBRIC, Number

from grader.rubric.options import plain
from grader.rubric.scalars import data
from grader.rubric.schema import SCHEMA_PATH, rubric_schema, schema_text
from grader.rubric.yaml_tree import parse

ROOT = Path(__file__).parents[2]
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def as_an_editor_reads(text: str) -> Any:
    """The values of a YAML 1.2 file, in which `1e-5` is a number."""
    return plain(data(parse(text.encode(), "rubric.yaml")[0]))


def misfits(value: Any, schema: Any, root: dict[str, Any], path: str = "") -> list[str]:
    """The places where a value does not have a schema's shape, for the keywords that pydantic writes."""
    if isinstance(schema, bool):
        return [] if schema else [path]
    if "$ref" in schema:
        return misfits(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
    found = [path] if "type" in schema and not _has_type(value, schema["type"]) else []
    found += [path] if "const" in schema and value != schema["const"] else []
    found += [path] if "enum" in schema and value not in schema["enum"] else []
    for keyword in ("anyOf", "oneOf"):
        fits = [not misfits(value, part, root, path) for part in schema.get(keyword, [])]
        found += [path] if fits and not (any(fits) if keyword == "anyOf" else sum(fits) == 1) else []
    for part in schema.get("allOf", []):
        found += misfits(value, part, root, path)
    if "not" in schema and not misfits(value, schema["not"], root, path):
        found.append(path)
    if "if" in schema and not misfits(value, schema["if"], root, path):
        found += misfits(value, schema["then"], root, path)
    return found + _inner_misfits(value, schema, root, path)


def _has_type(value: Any, names: str | list[str]) -> bool:
    allowed = [names] if isinstance(names, str) else names
    return any(
        isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in allowed
    )


def _inner_misfits(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    found: list[str] = []
    if isinstance(value, dict):
        found += [f"{path}.{key}" for key in schema.get("required", []) if key not in value]
        known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
        for key, part in value.items():
            found += misfits(part, known.get(key, rest), root, f"{path}.{key}")
    if isinstance(value, list):
        found += [path] if len(value) < schema.get("minItems", 0) else []
        for i, item in enumerate(value):
            found += misfits(item, schema.get("items", True), root, f"{path}[{i}]")
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        found += [path] if not low <= value <= high or value <= schema.get("exclusiveMinimum", value - 1) else []
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(path)
    return found


def test_the_committed_schema_is_up_to_date() -> None:
    """`python -m grader.rubric.schema` writes what is in the repository."""
    assert (ROOT / SCHEMA_PATH).read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("rubric", sorted((ROOT / "rubrics").glob("*.yaml")), ids=lambda path: path.name)
def test_the_bundled_rubrics_fit_the_schema(rubric: Path) -> None:
    """An editor shows no fault in a bundled rubric, and its first line names the schema."""
    text = rubric.read_text(encoding="utf-8")
    schema = rubric_schema()
    assert misfits(as_an_editor_reads(text), schema, schema) == []
    assert "# yaml-language-server: $schema=rubric.schema.json" in text


def test_a_right_rubric_fits() -> None:
    """What the loader takes, the schema takes."""
    schema = rubric_schema({"number": Number})
    assert misfits(as_an_editor_reads(RUBRIC), schema, schema) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("points: 8", "pionts: 8", ".questions[0].checks[0].pionts"),
        ("points: 8", "points: 0", ".questions[0].checks[0].points"),
        ("points: 8", "points: 8\n        value: 1", ".questions[0].checks[0].value"),
        ("points: 8", "points: 8\n        matches_reference: a.b", ".questions[0].checks[0]"),
        ("1.0e-3", "-1.0e-3", ".questions[0].checks[0].tolerance"),
        ("kind: number", "kind: nubmer", ".questions[1].checks[1].kind"),
        ("value: 61706", "valu: 61706", ".questions[1].checks[1].valu"),
        ("value: 61706", "value: 1\n        unit: nat", ".questions[1].checks[1].unit"),
        ("memory_mib: 512", "memory_mib: 512.5", ".limits.memory_mib"),
        ("id: q2", "id: 2q", ".questions[1].id"),
    ],
)
def test_an_editor_shows_the_fault(old: str, new: str, path: str) -> None:
    """A slip that has a shape is shown where it stands, also within the keys of a kind."""
    schema = rubric_schema({"number": Number})
    assert path in misfits(as_an_editor_reads(RUBRIC.replace(old, new)), schema, schema)
