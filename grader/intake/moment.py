"""When something was handed in, as the systems write it: many ways, in UTC where the zone is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär mrz", "apr", "may mai mei", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), 1
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)[ T-]+(\d\d?)[:-](\d\d)(?:[:-](\d\d)(?:\.\d+)?)?")
_SAKAI = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\d{3}\Z")
_DAY_FIRST = re.compile(r"(\d{1,2})\.? ([^\W\d_]{3,})\.?,? (\d{4})")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,})\.? (\d{1,2}), (\d{4})")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:_]?(\d\d)(?:[:_](\d\d))?\s*(?:([ap])\.?m\.?)?(?!\d)", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)\Z|(?:\b|(?<=\d))(Z|UTC|GMT)\Z")


@dataclass(frozen=True)
class Moment:
    """A time as it was written, and as it is understood; `wall` is None where it is not.

    Args:
        wall: with a zone where the text or the course says one.
    """

    text: str = ""
    wall: datetime | None = None

    @classmethod
    def read(cls, text: str, zone: ZoneInfo | None) -> Moment:
        """The time that a text says; one without a zone is in the course's, where that is known."""
        text = " ".join(text.split())
        try:
            wall = _wall(text)
        except ValueError:
            wall = None
        if wall is None or wall.tzinfo is not None or zone is None:
            return cls(text, wall)
        # In the hour that the clock shows twice, the first time is taken: in doubt nobody came late.
        return cls(text, min(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)))

    @property
    def utc(self) -> str | None:
        """ISO 8601 in UTC; None where the zone or the time is not known."""
        return self.wall.astimezone(UTC).isoformat() if self.wall and self.wall.tzinfo else None

    def is_before(self, other: Moment) -> bool:
        """Whether it is known to lie before another."""
        if self.wall is None or other.wall is None or (self.wall.tzinfo is None) != (other.wall.tzinfo is None):
            return False
        return self.wall < other.wall


UNKNOWN = Moment()


def _wall(text: str) -> datetime | None:
    """The date and time of a text, with a zone where it says one.

    Raises:
        ValueError: its numbers are no date and time.
    """
    if found := _SAKAI.match(text):
        return datetime(*map(int, found.groups())).replace(tzinfo=UTC)  # type: ignore[arg-type]
    if found := _ISO.search(text):
        return _with_zone(datetime(*(int(part or 0) for part in found.groups())), text[found.end() :])  # type: ignore[arg-type]
    date = _date(text)
    if date is None:
        return None
    clock = _CLOCK.search(text, date[3])
    if clock is None:
        return None
    hour, half = int(clock[1]), (clock[4] or "").lower()
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return _with_zone(datetime(*date[:3], hour, int(clock[2]), int(clock[3] or 0)), text[clock.end() :])


def _date(text: str) -> tuple[int, int, int, int] | None:
    """Year, month, day, and where the date ends in the text."""
    for pattern, month, day in ((_DAY_FIRST, 2, 1), (_MONTH_FIRST, 1, 2)):
        found = pattern.search(text)
        if found and (number := _MONTHS.get(found[month][:3].lower())):
            return int(found[3]), number, int(found[day]), found.end()
    return None


def _with_zone(wall: datetime, rest: str) -> datetime:
    found = _OFFSET.search(rest.strip())
    if not found:
        return wall
    offset = "+00:00" if found[4] else f"{found[1]}{found[2]}:{found[3]}"
    return datetime.fromisoformat(f"{wall.isoformat()}{offset}")
