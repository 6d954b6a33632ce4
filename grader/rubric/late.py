"""When work is due and what lateness costs: the rule that a rubric's `late` makes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

Of = Literal["earned", "maximum"]
Days = Literal["started_24h", "calendar"]
Attempts = Literal["last", "best", "average"]

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?\s*(Z|[+-]\d{2}:\d{2})?", re.ASCII)


@dataclass(frozen=True)
class LateRules:
    """When work is due and what lateness costs; all times in UTC, `zone` for steps of the calendar."""

    due: datetime
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    sections: Mapping[str, datetime] = field(default_factory=dict)
    grace: timedelta = timedelta(0)
    per_day: Fraction = Fraction(0)
    of: Of = "earned"
    until: timedelta | None = None
    days: Days = "started_24h"

    def due_for(self, section: str) -> datetime:
        """When a section's work is due; the latest where somebody is in several."""
        return max((self.sections[name] for name in self.sections_of(section)), default=self.due)

    def sections_of(self, section: str) -> list[str]:
        """Those of the rule's sections that a roster's entry names, as people write: in any case and spacing."""
        named = {_section_key(name) for name in (section, *re.split(r"\s*(?:,|;| and )\s*", section))}
        return [name for name in self.sections if _section_key(name) in named]


def _section_key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def read_moment(text: str) -> datetime:
    """A written date and time; without a zone where none is written.

    Raises:
        ValueError: it is none.
    """
    if not _MOMENT.fullmatch(text.strip()):
        raise ValueError(f"no date and time: {text!r}")
    written = text.strip()
    moment = datetime.fromisoformat(f"{written[:10]}T{written[11:].replace(' ', '')}")
    if not 1 < moment.year < 9999:  # in another zone there would be no such year
        raise ValueError(f"no year of anybody's: {text!r}")
    return moment


def latest_meaning(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC; the later one where a clock change gives a wall time two meanings, or none."""
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    return max(moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
