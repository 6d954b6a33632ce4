"""What pydantic found, in the words and with the lines of the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.errors import Fault
from grader.rubric.cursor import Place
from grader.rubric.messages import closest, mismatch, near
from grader.rubric.scalars import resolve

Location = tuple[int | str, ...]

# More than this nobody reads; a file of another kind altogether has thousands.
_MOST = 100

_KINDS = {
    "a mapping": r"model_(type|attributes_type)|dataclass_type|dict_type|mapping_type",
    "a list": r"(list|tuple|set|frozen_set)_type",
    "text": r"string_type",
    "a whole number": r"int_(type|parsing|parsing_size|from_float)",
    "a number": r"float_(type|parsing)",
    "true or false": r"bool_(type|parsing)",
    "a finite number": r"finite_number",
}
_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")  # of a model, and of a dataclass
_WAYS_OUT = {
    "a mapping": "write it as {key: value}",
    "a list": "write it as [one, two]",
    "text": "put it in quotes",
}


def complaints(error: ValidationError, root: Place, model: type[Any], besides: Iterable[str] = ()) -> Iterator[Fault]:
    """Word each place once, in the order found; where a value could have been several things, name them all.

    Args:
        error: what pydantic raised.
        root: the place of the data that it read.
        model: what it read them as.
        besides: further keys that may stand at the root.
    """

    def known_keys(loc: Location) -> list[str]:
        return [*_keys(_model_at(model, loc[:-1])), *(besides if len(loc) == 1 else ())]

    by_place: dict[tuple[str, int], list[tuple[Place, ErrorDetails]]] = {}
    for detail in _told_once(error.errors(include_url=False)[:_MOST], known_keys):
        place = root.follow(detail["loc"])
        missing = str(detail["loc"][-1]) if detail["type"] == "missing" else ""
        by_place.setdefault((f"{place.path}.{missing}", place.line), []).append((place, detail))
    for found in by_place.values():
        place, detail = found[0]
        if detail["type"] == "missing":
            yield place.fault("expected this key, got nothing; add it", str(detail["loc"][-1]))
        elif len(found) > 1 and all(_kind(other) for _, other in found):
            kinds = " or ".join(dict.fromkeys(_kind(other) for _, other in found))
            yield place.fault(mismatch(kinds, resolve(detail["input"])))
        else:
            yield place.fault(_word(detail, known_keys(detail["loc"])))


def _told_once(details: list[ErrorDetails], known: Callable[[Location], list[str]]) -> Iterator[ErrorDetails]:
    """Leave out what only follows: a key missing since it is misspelt, a list short since its items are at fault."""
    misspelt = {
        (*detail["loc"][:-1], closest(str(detail["loc"][-1]), known(detail["loc"])))
        for detail in details
        if detail["type"] in _UNKNOWN_KEY
    }
    above_others = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    for detail in details:
        follows = misspelt if detail["type"] == "missing" else above_others if detail["type"] == "too_short" else ()
        if detail["loc"] not in follows:
            yield detail


def _word(detail: ErrorDetails, known: Iterable[str]) -> str:
    loc, got = detail["loc"], resolve(detail["input"])
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] in _UNKNOWN_KEY:
        return f"expected a known key, got {str(loc[-1])!r}; {near(str(loc[-1]), known)}"
    if detail["type"] == "value_error":
        return str(context["error"])
    if detail["type"] in ("literal_error", "enum"):
        words = [word for word in re.findall("'([^']*)'", str(context["expected"])) if word]
        way_out = near(got, words) if isinstance(got, str) else "put it in quotes" if str(got) in words else ""
        return mismatch(f"one of {', '.join(words)}", got, way_out)
    if detail["type"] == "too_short":
        return f"expected at least one of the {loc[-1]}, got none; add one"
    if kind := _kind(detail):
        return mismatch(kind, got, _WAYS_OUT.get(kind, ""))
    what = detail["msg"].removeprefix("Input should be ").removeprefix("Value error, ").replace("valid ", "")
    return mismatch(what, got)


def _kind(detail: ErrorDetails) -> str:
    for kind, pattern in _KINDS.items():
        if re.fullmatch(pattern, detail["type"]):
            return kind
    return ""


def _keys(model: type[Any]) -> dict[str, Any]:
    """What each key of a model, or of a dataclass that pydantic reads, is declared as."""
    if issubclass(model, BaseModel):
        return {name: one.annotation for name, one in model.model_fields.items()}
    hints = get_type_hints(model)
    return {one.name: hints[one.name] for one in fields(model)}


def _model_at(model: type[Any], loc: Location) -> type[Any]:
    for step in loc:
        model = _model_within(_keys(model).get(str(step))) or model
    return model


def _model_within(annotation: Any) -> type[Any] | None:
    if isinstance(annotation, type) and (issubclass(annotation, BaseModel) or is_dataclass(annotation)):
        return annotation
    return next(filter(None, map(_model_within, get_args(annotation))), None)
