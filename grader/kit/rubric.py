"""Reads the rubric of a kit, the inverse of `cutting.rubric_text`: it was validated when the kit was made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from grader.errors import RubricError, UsageError, display
from grader.model.budget import Budget
from grader.model.tolerance import Tier, Tolerance
from grader.rubric import CheckSpec, Question, Rubric
from grader.rubric.rubric import DEFAULT_TOLERANCE, rubric_digest

if TYPE_CHECKING:
    from grader.rubric.writeup_keys import ReadableSpec

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What each check of the write-up has; the rest belongs to its kind.
_COMMON = frozenset({"check", "points", "kind"})


_WAY_OUT = "the kit brought this file: undo what was changed in it, or unpack the kit once more"


def seal(content: bytes) -> str:
    """What tells a rubric that was changed from the one that the kit was made with; line ends are no change."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def read_rubric(path: Path, sealed: str = "") -> Rubric:
    """The rubric in a kit.

    Args:
        sealed: the seal of the rubric that was validated; one that has another is validated anew.

    Raises:
        UsageError: it was changed into something that is none.
    """
    try:
        content, python = path.read_bytes(), path.with_suffix(".py")
        if sealed and seal(content) != sealed:
            _validate(path)
        told = yaml.load(content, _LOADER)
        return Rubric(
            assignment=told["assignment"],
            title=told["title"],
            modules=tuple(told["modules"]),
            write_up=told["write_up"],
            seed=told["seed"],
            limits=Budget(**told["limits"]),
            questions=tuple(
                Question(entry["id"], entry["title"], tuple(map(_check, entry["checks"])))
                for entry in told["questions"]
            ),
            digest=rubric_digest(content, python.read_bytes() if python.exists() else b""),
        )
    except (OSError, yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError):
        _validate(path)
        raise UsageError(f"{display(path)} is no rubric of a kit any more; {_WAY_OUT}") from None


def _validate(path: Path) -> None:
    """Say what is wrong with the file as its author would be told; what looks at every key is loaded only now.

    Raises:
        UsageError: something is.
    """
    from grader.rubric.loading import load

    try:
        load(path)
    except RubricError as error:
        raise UsageError(f"{error}\n{display(path)}: {_WAY_OUT}") from None


def _check(entry: Mapping[str, Any]) -> CheckSpec:
    kind = entry.get("kind")
    own = {key: value for key, value in entry.items() if key not in _COMMON} if kind else {}
    return CheckSpec(
        id=entry.get("id", entry["check"]),
        points=_exact(entry["points"]),
        function=None if kind else entry["check"],
        examples=entry.get("examples", CheckSpec.examples),
        tolerance=_tolerance(entry) if "tolerance" in entry else DEFAULT_TOLERANCE,
        hint=entry.get("hint", ""),
        hints=entry.get("hints", {}),
        title=entry.get("title", ""),
        forbids=tuple(entry.get("forbids", ())),
        requires=tuple(entry.get("requires", ())),
        kind=kind,
        options=own,
        writeup=_readable(own) if own else None,
    )


def _exact(number: object) -> Fraction:
    return Fraction(str(number))


def _tolerance(entry: Mapping[str, Any]) -> Tolerance:
    tiers = (Tier(tier["rtol"], tier["atol"], _exact(tier["credit"]), tier["feedback"]) for tier in entry["tolerance"])
    return Tolerance(tuple(tiers), entry["measure"], entry["equal_nan"])


def _readable(own: Mapping[str, Any]) -> ReadableSpec:
    """The keys of a check that reads and does not judge, as `cutting` wrote them."""
    from grader.rubric.writeup_keys import Column, Find, ReadableSpec

    named = {name: tuple(words) for name, words in own.get("subjects", {}).items()}
    return ReadableSpec(
        find=Find(**_as_tuples(own["find"])),
        reads=own["reads"],
        columns=tuple(Column(**_as_tuples(column)) for column in own.get("columns", ())),
        subjects=named,
        quantity=tuple(own.get("quantity", ())),
    )


def _as_tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
