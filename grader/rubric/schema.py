"""The JSON schema of a rubric, which editors check a rubric against while it is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from grader.rubric.loading import write_up_specs
from grader.rubric.model import CheckEntry, RubricEntry
from grader.rubric.options import Specs, reader, unused_keys

SCHEMA_PATH = Path("rubrics/rubric.schema.json")

Json = dict[str, Any]


def rubric_schema(specs: Specs | None = None) -> Json:
    """Return the schema: a check without `kind` has a check's keys only, one with a `kind` that kind's keys as well.

    Args:
        specs: the models of the write-up's kinds; grader's own unless given.
    """
    schema = RubricEntry.model_json_schema()
    kinds = write_up_specs() if specs is None else specs
    check = schema["$defs"].pop(CheckEntry.__name__)
    code = {**check, "properties": {key: part for key, part in check["properties"].items() if key != "kind"}}
    ways = [{"required": ["check"]}, {"required": ["matches_reference"]}]
    schema["$defs"]["CodeCheck"] = {**code, "title": "CodeCheck", "oneOf": ways}
    branches = [_when({"not": {"required": ["kind"]}}, "CodeCheck")]
    for kind, model in kinds.items():
        own = reader(model).json_schema(ref_template="#/$defs/{model}")
        schema["$defs"].update(own.pop("$defs", {}))
        schema["$defs"][f"WriteUpCheck_{kind}"] = _write_up_check(check, kind, own, unused_keys(model))
        branches.append(_when({"required": ["kind"], "properties": {"kind": {"const": kind}}}, f"WriteUpCheck_{kind}"))
    known = {"properties": {"kind": {"enum": list(kinds)}}}
    schema["$defs"][CheckEntry.__name__] = {"type": "object", **known, "allOf": branches}
    return {"$schema": "http://json-schema.org/draft-07/schema#", **_without_noise(schema)}


def _when(condition: Json, definition: str) -> Json:
    return {"if": condition, "then": {"$ref": f"#/$defs/{definition}"}}


def _write_up_check(check: Json, kind: str, own: Json, unused: Collection[str]) -> Json:
    """A write-up check may leave all keys of its kind out; it is then for a person to look at."""
    shared = {key: part for key, part in check["properties"].items() if key not in unused}
    properties = {**shared, **own.get("properties", {}), "kind": {"const": kind}}
    title = f"WriteUpCheck_{kind}"
    return {**check, "title": title, "description": own.get("description", ""), "properties": properties}


def _without_noise(part: Any) -> Any:
    """Leave out titles that repeat a key and defaults that say no more than that a key may be left out."""
    if isinstance(part, dict):
        return {
            key: _without_noise(value)
            for key, value in part.items()
            if not (key == "default" and value in ("", None, [], {}))
            and not (key == "title" and isinstance(value, str))
        }
    return list(map(_without_noise, part)) if isinstance(part, list) else part


def schema_text() -> str:
    """The schema as the file has it."""
    return json.dumps(rubric_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SCHEMA_PATH
    path.write_text(schema_text(), encoding="utf-8")
    print(f"wrote {path}")
