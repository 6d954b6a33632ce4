"""How late a submission is and what that costs: elapsed time in UTC, steps of the calendar in the course's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction

from grader.rubric.late import LateRules, latest_meaning

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lateness:
    """How one hand-in stands to its due time; `due` is None where the rubric states none.

    Args:
        late_by: how long after the due time, grace or not; nothing where it was on time or the time is not known.
        days: the days that are charged.
        share: what that costs, of what `of` says; 1 where it came after the last moment.
        is_closed: whether it came after the last moment at which work is taken.
        waived: why nothing is charged although it was late.
        warnings: what an instructor should know.
    """

    due: datetime | None = None
    submitted_at: datetime | None = None
    late_by: timedelta = timedelta(0)
    days: int = 0
    share: Fraction = Fraction(0)
    of: str = "earned"
    is_closed: bool = False
    is_extended: bool = False
    waived: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows when it was handed in: it is not late, and is listed."""
        return self.due is not None and self.submitted_at is None

    @property
    def is_late(self) -> bool:
        """Whether lateness is charged, or would be but for a waiver."""
        return self.days > 0

    def penalty(self, earned: Fraction, max_score: Fraction) -> Fraction:
        """The points that lateness takes of those earned, never more than there are."""
        if not self.is_late or self.waived:
            return Fraction(0)
        if self.is_closed:
            return earned
        return min(earned, self.share * (earned if self.of == "earned" else max_score))

    @property
    def reason(self) -> str:
        """What is charged, in words."""
        late = f"handed in {span_text(self.late_by)} late"
        if self.waived:
            return f"{late}; nothing is taken off: {self.waived}"
        if self.is_closed:
            return f"{late}, after the last moment at which work was taken"
        what = "of the points earned" if self.of == "earned" else "of all points"
        return f"{late}: {percent_text(self.share)} {what} ({self.days} day{'s' * (self.days != 1)})"


def lateness(
    rules: LateRules | None,
    submitted_at: datetime | None,
    *,
    section: str = "",
    extended_to: datetime | None = None,
    waived: str = "",
) -> Lateness:
    """How late a hand-in is.

    Args:
        submitted_at: in UTC, or with any offset; None where it is not known.
        extended_to: a student's own due time, which counts where it is later than the class's.
        waived: why lateness is not charged.
    """
    if rules is None:
        return Lateness(submitted_at=submitted_at)
    usual = rules.due_for(section)
    due = max(usual, extended_to) if extended_to else usual
    warnings: tuple[str, ...] = ()
    if extended_to and extended_to < usual:
        warnings = (
            f"the extension to {local_text(extended_to, rules)} is earlier than the due time "
            f"{local_text(usual, rules)}, which counts",
        )
    late_by = max(submitted_at - due, timedelta(0)) if submitted_at else timedelta(0)
    days = 0 if late_by <= rules.grace or submitted_at is None else _days(rules, due, submitted_at, late_by)
    is_closed = days > 0 and _is_closed(rules, late_by, days)
    share = Fraction(1) if is_closed else min(Fraction(1), days * rules.per_day)
    return Lateness(due, submitted_at, late_by, days, share, rules.of, is_closed, due != usual, waived, warnings)


def _days(rules: LateRules, due: datetime, submitted_at: datetime, late_by: timedelta) -> int:
    if rules.days == "started_24h":
        return -(-late_by // DAY)
    # Dates of one zone, each from UTC: Python would subtract two times of one zone by the clock on the wall.
    return max(1, (submitted_at.astimezone(rules.zone).date() - due.astimezone(rules.zone).date()).days)


def _is_closed(rules: LateRules, late_by: timedelta, days: int) -> bool:
    if rules.until is None:
        return False
    if rules.days == "calendar" and not rules.until % DAY:
        return days > rules.until // DAY
    return late_by > rules.until


def last_moment(rules: LateRules, due: datetime) -> datetime:
    """When nothing more is taken of what is due at `due`, grace and late days over; both from UTC."""
    late_days = rules.until or timedelta(0)
    end = due + max(rules.grace, late_days)
    if rules.days == "calendar" and late_days and not late_days % DAY:
        day = due.astimezone(rules.zone).date() + late_days + DAY
        end = max(end, latest_meaning(datetime.combine(day, time()), rules.zone))
    return end


def local_text(moment: datetime, rules: LateRules) -> str:
    """A moment as the course's clocks show it."""
    return moment.astimezone(rules.zone).strftime("%Y-%m-%d %H:%M:%S %Z").replace(":00 ", " ")


def span_text(span: timedelta) -> str:
    """A length of time in words, its two largest units.

    >>> span_text(timedelta(days=1, minutes=31)), span_text(timedelta(seconds=59))
    ('1 d 31 min', '59 s')
    """
    seconds = int(span.total_seconds())
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= size:
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
    return " ".join(parts[:2]) or "0 s"


def percent_text(share: Fraction) -> str:
    """A share in percent, exactly where two decimals suffice."""
    return f"{float(share * 100):.4g} %"
