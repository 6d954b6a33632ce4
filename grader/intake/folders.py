"""Which folder a hand-in belongs in: the roster's id, else the login, else the system's number; never two in one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property

from grader.intake.handin import HandIn
from grader.intake.names import safe_id
from grader.intake.records import HandInRecord
from grader.intake.roster import Roster, RosterRow, differ
from grader.model.identity import ID_KEYS, Identity, key_of


@dataclass(frozen=True)
class HandInPlace:
    """A hand-in, the folder that it belongs in, and everything known of who it is from.

    Args:
        is_listed: whether the roster has that student, or all members.
    """

    hand_in: HandIn
    student: str
    who: Identity
    members: tuple[str, ...] = ()
    is_listed: bool = False


@dataclass(frozen=True)
class Directory:
    """Who is known: the class, and what earlier imports knew."""

    roster: Roster
    records: Mapping[str, HandInRecord]
    source: str
    taken: dict[str, str] = field(default_factory=dict)

    def places(self, hand_ins: Sequence[HandIn]) -> list[HandInPlace]:
        """A place for each, in their order; whoever is listed has the first claim to a folder."""
        people = [self._person(one.who) for one in hand_ins]
        order = sorted(range(len(hand_ins)), key=lambda number: not (people[number][1] or hand_ins[number].group))
        found = {number: self._place(hand_ins[number], *people[number]) for number in order}
        return [found[number] for number in range(len(hand_ins))]

    def folder_of(self, who: Identity, row: RosterRow | None) -> str:
        """The id of somebody's submission where nobody else has a claim to it."""
        return _id_of(who, row) or self._with_number(_number(who))

    def _person(self, who: Identity) -> tuple[Identity, RosterRow | None]:
        """All that is known of somebody, and the row of the roster, where there is one."""
        row = self.roster.find(who)
        return (who.fill(row.identity), row) if row else (who, None)

    def _place(self, hand_in: HandIn, who: Identity, row: RosterRow | None) -> HandInPlace:
        last = self._with_number(hand_in.source_id)
        if hand_in.group:
            members = [self._person(one) for one in hand_in.members]
            ids = tuple(self.folder_of(one, listed) for one, listed in members)
            student = self._free((_group_id(hand_in.group), last), f"group {hand_in.group}", Identity())
            return HandInPlace(hand_in, student, who, ids, bool(members) and all(listed for _, listed in members))
        number = _number(who)
        numbered = (self._with_number(number), last) if number else (last,)
        if row is not None and row.student:
            wanted, owner = (row.student, *numbered), f"listed {row.student}"
        else:
            before = self._before.get(_before_key(who), "")
            wanted, owner = (before, _id_of(who, row), *numbered), f"{self.source} {number or hand_in.source_id}"
        return HandInPlace(hand_in, self._free(wanted, owner, who), who, (), row is not None)

    @cached_property
    def _before(self) -> Mapping[tuple[str, str], str]:
        """The folders of earlier imports by the id that tells best who somebody is."""
        people = ((identity_of_record(one), one.student) for one in self.records.values() if not one.group)
        return {_before_key(who): student for who, student in people if any(_before_key(who))}

    @cached_property
    def _owners(self) -> Mapping[str, Identity]:
        return {one.student.casefold(): identity_of_record(one) for one in self.records.values()}

    def _free(self, wanted: Sequence[str], owner: str, who: Identity) -> str:
        """The first of some ids that nobody else has, now or from an earlier import; a disk may not tell a from A."""
        made = f"{self.source}-{_digest(owner)}"
        for name in (*filter(None, wanted), made):
            before = self._owners.get(name.casefold())
            if before is not None and differ(who, before):
                continue
            if self.taken.setdefault(name.casefold(), owner) == owner:
                return name
        return f"{made}-{_digest(repr(who))}"

    def _with_number(self, number: str) -> str:
        return safe_id(f"{self.source}-{number}") or safe_id(f"{self.source}-{_digest(number)}")


def _id_of(who: Identity, row: RosterRow | None) -> str:
    listed = row.student if row else ""
    return listed or safe_id(who.login) or safe_id(who.github_username)


def _number(who: Identity) -> str:
    """The id by which a system without logins knows somebody."""
    return who.lms_user_id or who.participant or who.sis_id or who.email


def _before_key(who: Identity) -> tuple[str, str]:
    name = next((name for name in ID_KEYS if getattr(who, name)), "")
    return name, key_of(name, getattr(who, name)) if name else ""


def identity_of_record(record: HandInRecord) -> Identity:
    """Who a record is about."""
    return Identity(**{one.name: getattr(record, one.name) for one in fields(Identity)})


def _group_id(name: str) -> str:
    """A folder's name for a group: its own where it can be one, else what is left of it, told apart by its digest."""
    kept = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:40]
    return safe_id(name) or safe_id(f"{kept or 'group'}-{_digest(name)}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
