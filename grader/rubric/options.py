"""The keys of a write-up check that belong to its kind, as the kind's own model reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from grader.errors import Fault
from grader.rubric.cursor import Place
from grader.rubric.messages import mismatch, near
from grader.rubric.model import CODE_KEYS, TOLERANCE_KEYS, CheckEntry
from grader.rubric.pydantic_errors import complaints
from grader.rubric.scalars import data, resolve, surprise
from grader.rubric.writeup_keys import Kind
from grader.rubric.yaml_tree import Listing, Scalar
from grader.rubric.yaml_tree import Mapping as MappingNode

Specs = Mapping[str, type[Kind]]
_READERS: dict[type[Kind], TypeAdapter[Any]] = {}
_COMMON = frozenset(CheckEntry.model_fields)


def own_keys(check: Place) -> list[tuple[str, Place]]:
    """The keys of a write-up check that are not every check's."""
    return [(key, place) for key, place in check.entries() if key not in _COMMON] if check.at("kind") else []


def options_of(check: Place) -> dict[str, Any]:
    """The kind's keys as plain values."""
    return {key: plain(data(place.node)) for key, place in own_keys(check)}


def read_options(check: Place, specs: Specs) -> Kind | None:
    """Read the kind's keys; None where there are none, and a person looks at the answer.

    Raises:
        ValidationError: a key or value is not what the kind's model takes.
    """
    model, options = specs.get(check.text_at("kind") or ""), options_of(check)
    return reader(model).validate_python(options) if model and options else None


def reader(model: type[Kind]) -> TypeAdapter[Any]:
    """What reads a kind's keys; made when the first is read, for of all kinds a rubric has few."""
    if model not in _READERS:
        _READERS[model] = TypeAdapter(model)
    return _READERS[model]


def unused_keys(model: type[Kind]) -> frozenset[str]:
    """Of the keys that checks have in common, those that say nothing to a kind of write-up check."""
    return CODE_KEYS if model.judges_numbers else CODE_KEYS | TOLERANCE_KEYS


def option_faults(check: Place, specs: Specs) -> Iterator[Fault]:
    """Look at the kind of a check and at the keys that belong to it."""
    kind = check.at("kind")
    if kind is None:
        return
    model = specs.get(kind.text or "")
    if model is None:
        if kind.text:
            yield kind.fault(mismatch("a kind of write-up check", kind.text, near(kind.text, specs)))
        return
    for key, place in check.entries():
        if key in unused_keys(model) and not check.at(
            "matches_reference"
        ):  # else that one is the fault, told elsewhere
            yield place.fault(f"expected no {key} in a check of kind {kind.text}, which does not use it; delete it")
    for _, place in own_keys(check):
        yield from _surprises(place)
    try:
        read_options(check, specs)
    except ValidationError as error:
        yield from complaints(error, check, model, besides=CheckEntry.model_fields)


def plain(value: Any) -> Any:
    """What was written as plain values: dicts, lists, numbers, true and false, texts."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    return list(map(plain, value)) if isinstance(value, list) else resolve(value)


def _surprises(place: Place) -> Iterator[Fault]:
    if isinstance(place.node, Scalar) and place.node.plain and (hint := surprise(place.node.text)):
        yield place.fault(mismatch("a number or a text", place.node.text, hint))
    if isinstance(place.node, MappingNode | Listing):
        for inner in (*place.items(), *(entry for _, entry in place.entries())):
            yield from _surprises(inner)
