"""The keys of a rubric's `late`, as they are written."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from grader.rubric.late import Days, LateRules, Of, latest_meaning, read_moment
from grader.rubric.messages import mismatch
from grader.rubric.scalars import Exact, Reading, Text, Word, resolve

_UNITS = {
    "s": 1, "sec": 1, "second": 1, "seconds": 1, "min": 60, "minute": 60, "minutes": 60, "h": 3600, "hour": 3600,
    "hours": 3600, "d": 86400, "day": 86400, "days": 86400, "w": 604800, "week": 604800, "weeks": 604800,
}  # fmt: skip
_SPAN = re.compile(r"(\d{1,6})\s*([a-z]+)\s*", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,9})?)\s*%", re.ASCII)


class Duration(Reading):
    """A length of time with its unit: `15 min`, `5 d`, `1 h 30 min`."""

    def schema(self) -> dict[str, Any]:
        """A text of numbers and units."""
        return {"type": "string", "pattern": r"^(\d{1,6}\s*[a-z]+\s*)+$"}

    def read(self, value: Any) -> timedelta:
        """Return the length."""
        text = str(value).strip() if isinstance(value, str) else ""
        spans = _SPAN.findall(text)
        if not spans or _SPAN.sub("", text) or any(unit not in _UNITS for _, unit in spans):
            way_out = "write it such as 15 min, 5 d or 1 h 30 min"
            raise ValueError(mismatch("a length of time", resolve(value), way_out))
        return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in spans))


class Share(Reading):
    """A share of points: `10 %`, 0.1 or 1/10, exactly as written."""

    def schema(self) -> dict[str, Any]:
        """A number up to 1, a fraction or a percentage."""
        number = {"type": "number", "minimum": 0, "maximum": 1}
        return {"anyOf": [number, {"type": "string", "pattern": r"^(\d+(\.\d+)?\s*%|\d+/\d+|\d*\.\d+)$"}]}

    def read(self, value: Any) -> Fraction:
        """Return the share."""
        found = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
        if found and Fraction(found[1]) <= 100:
            return Fraction(found[1]) / 100
        try:
            return Exact(1, zero=True).read(value)
        except ValueError:
            raise ValueError(mismatch("a share of points", resolve(value), "write it such as 10 % or 0.1")) from None


class DateAndTime(Reading):
    """A date and time of day, with or without its offset from UTC."""

    def schema(self) -> dict[str, Any]:
        """A text such as 2026-10-31 23:59."""
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}"}

    def read(self, value: Any) -> datetime:
        """Return the time; without a zone where none was written."""
        try:
            return read_moment(value if isinstance(value, str) else "")
        except ValueError:
            hint = "write it such as 2026-10-31 23:59, in the course's zone, or with an offset: 2026-10-31T23:59+01:00"
            raise ValueError(mismatch("a date and a time", resolve(value), hint)) from None


class Moments:
    """A due time for each section."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": DateAndTime().schema()}

    def read(self, value: Any) -> dict[str, datetime]:
        """Return each section's time."""
        if not isinstance(value, dict):
            way_out = "write it such as {A: 2026-10-31 23:59}"
            raise ValueError(mismatch("a mapping of sections", resolve(value), way_out))
        return {str(name): DateAndTime().read(moment) for name, moment in value.items()}


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # an unknown zone is a KeyError
        return False
    return text != ""


class LateEntry(BaseModel):
    """When an assignment is due, and what lateness costs."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    due: Annotated[datetime, DateAndTime()] = Field(description="When it is due; this very moment is on time.")
    zone: Annotated[str, Text("a time zone", _is_zone, "write it such as Europe/Berlin")] = Field(
        default="UTC", description="The course's time zone, such as Europe/Berlin."
    )
    sections: Annotated[dict[str, datetime], Moments()] = Field(
        default={}, description="Other due times by section of roster.csv."
    )
    grace: Annotated[timedelta, Duration()] = Field(
        default=timedelta(0), description="So late is still on time, such as 15 min; lateness is counted from `due`."
    )
    per_day: Annotated[Fraction, Share()] = Field(default=Fraction(0), description="What each day costs, such as 10 %.")
    of: Annotated[Of, Word(get_args(Of))] = Field(
        default="earned", description="Of the points earned, or of the maximum."
    )
    until: Annotated[timedelta | None, Duration()] = Field(
        default=None, description="What comes later than so long after `due` earns nothing, such as 5 d."
    )
    days: Annotated[Days, Word(get_args(Days))] = Field(
        default="started_24h", description="Each started 24 hours, or each started day of the calendar."
    )


def late_rules(entry: LateEntry) -> LateRules:
    """The rule that a rubric states."""
    zone = ZoneInfo(entry.zone)
    sections = {name: latest_meaning(moment, zone) for name, moment in entry.sections.items()}
    due = latest_meaning(entry.due, zone)
    return LateRules(due, zone, sections, entry.grace, entry.per_day, entry.of, entry.until, entry.days)
