"""Scalars read by what their place means, never by what YAML guesses: `no` is a text, `1e-5` a number, 0.1 is 1/10."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from grader.rubric.messages import mismatch, near
from grader.rubric.yaml_tree import Listing, Mapping, Node

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][-+]?\d{1,4})?", re.ASCII)
_WHOLE = re.compile(r"[-+]?(0|[1-9]\d{0,17})", re.ASCII)
_EXACT = re.compile(r"[-+]?(\d{1,9}|\d{0,9}\.\d{1,9}|\d{1,9}/0{0,8}[1-9]\d{0,8})", re.ASCII)
_OCTAL = re.compile(r"[-+]?0[\d_]+", re.ASCII)
_SEXAGESIMAL = re.compile(r"[-+]?\d[\d_]{0,9}(:[0-5]?\d)+(\.\d*)?", re.ASCII)
_UNUSABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan,
}  # fmt: skip


class Written(str):
    """A scalar without quotes, as written."""


def data(node: Node) -> Any:
    """A tree as dicts, lists, `Written` and str, which is what the models read; nothing written is None."""
    if isinstance(node, Mapping):
        return {key: data(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Listing):
        return [data(item) for item in node.items]
    if node.plain and _WORDS.get(node.text, node) is None:
        return None
    return Written(node.text) if node.plain else node.text


def resolve(value: Any) -> Any:
    """What a scalar without quotes stands for where nothing says what is meant (YAML 1.2, and `1e-5` is a number)."""
    if not isinstance(value, Written):
        return value
    if value in _WORDS:
        return _WORDS[value]
    if _WHOLE.fullmatch(value):
        return int(value)
    if _NUMBER.fullmatch(value) and not _OCTAL.fullmatch(value):
        return float(value)
    return str(value)


def surprise(text: str) -> str:
    """What to write instead of a number that YAML 1.1 reads in base 8 or 60; empty where it is neither."""
    if _OCTAL.fullmatch(text):
        return f"YAML may read a leading zero as octal: write {text.lstrip('+-0_') or 0}, or quote it if it is text"
    if _SEXAGESIMAL.fullmatch(text):
        return "YAML may read colons as base 60: write the number out, or quote it if it is text"
    return ""


class Reading:
    """A pydantic annotation: `read` turns a scalar into a value or raises ValueError, `schema` tells editors."""

    def read(self, value: Any) -> Any:
        """Return the value meant."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of what may be written."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.schema()


@dataclass(frozen=True)
class Number(Reading):
    """A finite number within bounds; `whole` for counts, `positive` where `low` itself is excluded."""

    low: float
    high: float
    whole: bool = False
    positive: bool = False

    def schema(self) -> dict[str, Any]:
        """Type and bounds."""
        bound = "exclusiveMinimum" if self.positive else "minimum"
        return {"type": "integer" if self.whole else "number", bound: self.low, "maximum": self.high}

    def read(self, value: Any) -> Any:
        """Return an int or a float."""
        number = resolve(value)
        allowed = int if self.whole else (int, float)
        in_range = (
            isinstance(number, allowed)
            and not isinstance(number, bool)
            and (self.low < number if self.positive else self.low <= number)
            and number <= self.high
        )
        if not in_range:
            raise ValueError(mismatch(self.described, number, surprise(value) if isinstance(value, Written) else ""))
        return number if self.whole else float(number)

    @property
    def described(self) -> str:
        """The bounds in words."""
        kind = "a whole number" if self.whole else "a finite number"
        start = f"above {self.low:g}" if self.positive else f"from {self.low:g}"
        return f"{kind} {start}" + (f" to {self.high:.15g}" if self.high < 1e18 else "")


@dataclass(frozen=True)
class Exact(Reading):
    """A fraction, exactly as written: 2, 0.1 or 1/3; above 0 up to `high`, or from 0 if `zero`."""

    high: int
    zero: bool = False

    def schema(self) -> dict[str, Any]:
        """A number, or a fraction as text."""
        bound = "minimum" if self.zero else "exclusiveMinimum"
        number = {"type": "number", bound: 0, "maximum": self.high}
        return {"anyOf": [number, {"type": "string", "pattern": r"^(\d+|\d*\.\d+|\d+/\d+)$"}]}

    def read(self, value: Any) -> Fraction:
        """Return the fraction."""
        start = "from" if self.zero else "above"
        what = f"a number {start} 0 up to {self.high}, such as 1, 0.5 or 1/3"
        text = value if isinstance(value, str) else ""
        hint = surprise(text)
        fraction = None if hint or not _EXACT.fullmatch(text) else Fraction(text)
        if fraction is None or not 0 <= fraction <= self.high or (fraction == 0 and not self.zero):
            raise ValueError(mismatch(what, resolve(value), hint))
        return fraction


@dataclass(frozen=True)
class Text(Reading):
    """A text, as written."""

    what: str = "text"
    fits: Callable[[str], bool] = lambda _text: True
    way_out: str = ""
    pattern: str = ""

    def schema(self) -> dict[str, Any]:
        """A string; editors read `title: 12` as a number, so quotes are asked for there."""
        return {"type": "string"} | ({"pattern": self.pattern} if self.pattern else {})

    def read(self, value: Any) -> str:
        """Return the text."""
        if not isinstance(value, str) or _UNUSABLE.search(value) or not self.fits(value):
            raise ValueError(mismatch(self.what, resolve(value), self.way_out))
        return str(value)


@dataclass(frozen=True)
class Word(Reading):
    """One of a few words."""

    words: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """The words."""
        return {"enum": list(self.words)}

    def read(self, value: Any) -> str:
        """Return the word."""
        if value not in self.words:
            hint = near(value, self.words) if isinstance(value, str) else ""
            raise ValueError(mismatch(f"one of {', '.join(self.words)}", resolve(value), hint))
        return str(value)


@dataclass(frozen=True)
class Flag(Reading):
    """true or false, and no other word."""

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}

    def read(self, value: Any) -> bool:
        """Return the flag."""
        if not (isinstance(value, bool) or (isinstance(value, Written) and value in ("true", "false"))):
            raise ValueError(mismatch("true or false", resolve(value), "write it in lower case, without quotes"))
        return value in (True, "true")
