"""What holds now, folded from all acts: a pure function of them, so that history can always be told."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from grader.results.acts import WORDS, Act, Member

# A student and a check.
Key = tuple[str, str]


@dataclass(frozen=True)
class Item:
    """A rubric item that graders give: a text and its points, as they are now."""

    id: str
    text: str
    points: Fraction


@dataclass(frozen=True)
class Judgement:
    """What a person said of one answer to one check.

    Args:
        score: the points given, out of `of`; None for a comment alone, and where items decide.
        items: what was ticked; None where no items decide.
        after_penalty: whether the points are final, so that lateness takes nothing of them.
        clears_comment: whether a comment from before was taken out with it.
    """

    act: Act
    answer: str
    files: str
    comment: str = ""
    score: Fraction | None = None
    of: Fraction | None = None
    items: tuple[Item, ...] | None = None
    starts_full: bool = False
    after_penalty: bool = False
    clears_comment: bool = False

    def is_about(self, answer: str, files: str) -> bool:
        """Whether it was said of this answer: what the check reads is the same, or all files are."""
        return (answer != "" and answer == self.answer) or (files != "" and files == self.files)

    def scores(self) -> bool:
        """Whether it gives points."""
        return self.score is not None or self.items is not None

    def points(self, max_score: Fraction) -> Fraction:
        """The points that it gives where the check is worth `max_score` now."""
        if self.items is not None:
            start = max_score if self.starts_full else Fraction(0)
            total = start + sum((item.points for item in self.items), self.score or Fraction(0))
        else:
            total = (self.score or Fraction(0)) * (max_score / self.of if self.of else 1)
        return min(max(total, Fraction(0)), max_score)

    def as_given(self, max_score: Fraction) -> tuple[Fraction, Fraction] | None:
        """The points as they were given, and out of how many, where the check is worth other points now."""
        if self.items is not None or self.score is None or self.of in (None, max_score):
            return None
        return self.score, self.of or max_score


@dataclass(frozen=True)
class Present:
    """What all acts together say.

    Args:
        words: by student and check, in the order in which they were said.
        items: by check, by the item's id.
        extensions: by student, each the new due time with its act.
        releases: by student, the first that holds: what was shown is frozen in it.
        flags, requests: those still open.
        last: by student and check, the last act about it, whatever it was.
        answered: by student and check, requests with the reply to each.
    """

    words: Mapping[Key, Sequence[Judgement]] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, Item]] = field(default_factory=dict)
    extensions: Mapping[str, Sequence[tuple[datetime, Act]]] = field(default_factory=dict)
    waivers: Mapping[str, Act] = field(default_factory=dict)
    releases: Mapping[str, Act] = field(default_factory=dict)
    flags: Sequence[Act] = ()
    requests: Sequence[Act] = ()
    answered: Mapping[Key, Sequence[tuple[Act, Act]]] = field(default_factory=dict)
    last: Mapping[Key, int] = field(default_factory=dict)

    @functools.cached_property
    def scored(self) -> Mapping[str, Sequence[Judgement]]:
        """By student, the last word on each check that gives points."""
        found: dict[str, list[Judgement]] = defaultdict(list)
        for (student, _), words in self.words.items():
            if scoring := [word for word in words if word.scores()]:
                found[student].append(scoring[-1])
        return found

    def words_on(self, student: str, check: str, answer: str, files: str) -> list[Judgement]:
        """What was said of this very answer."""
        return [word for word in self.words.get((student, check), ()) if word.is_about(answer, files)]


def fold(acts: Iterable[Act]) -> Present:
    """The present, from all acts in their order."""
    ordered = list(acts)
    standing = _standing_acts(ordered)
    items = _items(ordered, standing)
    words: dict[Key, list[Judgement]] = defaultdict(list)
    extensions: dict[str, list[tuple[datetime, Act]]] = defaultdict(list)
    waivers: dict[str, Act] = {}
    releases: dict[str, Act] = {}
    open_acts: dict[int, Act] = {}
    answered: dict[Key, list[tuple[Act, Act]]] = defaultdict(list)
    for act in ordered:
        for member in standing[act.id]:
            if act.kind in WORDS:
                words[member.student, act.check].append(_word(act, member, items.get(act.check, {})))
            elif act.kind == "extension":
                extensions[member.student].append((datetime.fromisoformat(act.value), act))
            elif act.kind == "waiver":
                waivers[member.student] = act
            elif act.kind == "release":
                releases.setdefault(member.student, act)
            elif act.kind in ("flag", "request"):
                open_acts[act.id] = act
            elif act.kind == "resolve" and act.supersedes is not None:
                open_acts.pop(act.supersedes, None)
            elif act.kind == "reply" and act.supersedes is not None:
                request = open_acts.pop(act.supersedes, None)
                if request is not None:
                    answered[member.student, act.check].append((request, act))
    return Present(
        words, items, extensions, waivers, releases,
        [act for act in open_acts.values() if act.kind == "flag"],
        [act for act in open_acts.values() if act.kind == "request"],
        answered,
        {(member.student, act.check): act.id for act in ordered for member in act.members},
    )  # fmt: skip


def _standing_acts(acts: Sequence[Act]) -> dict[int, list[Member]]:
    """By act, those for whom it was not withdrawn; read backwards, since a withdrawal can itself be withdrawn."""
    known = {act.id: act for act in acts}
    gone: set[tuple[int, str]] = set()
    cleared: set[Key] = set()
    standing: dict[int, list[Member]] = {}
    for act in reversed(acts):
        standing[act.id] = [
            member
            for member in act.members
            if (act.id, "") not in gone
            and (act.id, member.student) not in gone
            and not (act.kind in WORDS and (member.student, act.check) in cleared)
        ]
        if act.kind != "withdraw" or not standing[act.id]:
            continue
        if act.supersedes is None:
            cleared.add((act.student, act.check))
        elif act.supersedes in known:
            is_group = bool(known[act.supersedes].detail.get("members"))
            gone.add((act.supersedes, act.student if is_group else ""))
    return standing


def _items(acts: Iterable[Act], standing: Mapping[int, Sequence[Member]]) -> dict[str, dict[str, Item]]:
    """By check, the rubric items as they are now; one that was deleted has no entry."""
    items: dict[str, dict[str, Item]] = defaultdict(dict)
    for act in acts:
        if act.kind != "item" or not standing[act.id]:
            continue
        name = str(act.detail["item"])
        if act.value:
            items[act.check][name] = Item(name, act.reason, Fraction(act.value))
        else:
            items[act.check].pop(name, None)
    return items


def _word(act: Act, member: Member, items: Mapping[str, Item]) -> Judgement:
    detail: Mapping[str, Any] = act.detail
    ticked = None
    if act.kind == "items":
        ticked = tuple(items[name] for name in detail.get("items", ()) if name in items)
    return Judgement(
        act=act,
        answer=member.answer,
        files=member.files,
        comment=act.reason,
        score=_exact(act.value) if act.kind != "comment" and act.value else None,
        of=_exact(str(detail["of"])) if "of" in detail else None,
        items=ticked,
        starts_full=detail.get("starts") == "full",
        after_penalty=bool(detail.get("after_penalty")),
        clears_comment=bool(detail.get("clears_comment")),
    )


@functools.lru_cache(1_000)  # graders give few different numbers
def _exact(text: str) -> Fraction:
    return Fraction(text)


class GrowingFold:
    """The present of acts that keep coming; what a new one says nothing of is not folded again.

    Acts of different checks say nothing of each other, but for those that take one back, which belong to what they are
    about. So each check is folded by itself, and what holds for whole submissions as well.
    """

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self._part_of: dict[int, str] = {}
        self._parts: dict[str, list[Act]] = defaultdict(list)
        self._folded: dict[str, Present] = {}
        self._present: Present | None = None

    @property
    def last(self) -> int:
        """The last act's id; 0 where there is none."""
        return self.acts[-1].id if self.acts else 0

    def add(self, acts: Iterable[Act]) -> None:
        """Take in acts that are newer than all so far."""
        for act in acts:
            self._part_of[act.id] = part = self._part(act)
            self._parts[part].append(act)
            self.acts.append(act)
            self._folded.pop(part, None)
            self._present = None

    def _part(self, act: Act) -> str:
        if act.kind in _ANSWERS and act.supersedes is not None:
            return self._part_of.get(act.supersedes, act.check)
        return "" if act.kind in _WHOLE else act.check

    @property
    def present(self) -> Present:
        """What all acts so far together say."""
        for part in self._parts.keys() - self._folded.keys():
            self._folded[part] = fold(self._parts[part])
        if self._present is None:
            self._present = _merge(list(self._folded.values()))
        return self._present


_ANSWERS = frozenset({"withdraw", "resolve", "reply"})
_WHOLE = frozenset({"release", "extension", "waiver"})


def _merge(parts: Sequence[Present]) -> Present:
    """What folds of acts that say nothing of each other say together."""
    last: dict[Key, int] = {}
    answered: dict[Key, list[tuple[Act, Act]]] = defaultdict(list)
    for part in parts:
        newer = {key: last[key] for key in part.last.keys() & last.keys() if last[key] > part.last[key]}
        last |= {**part.last, **newer}
        for key, found in part.answered.items():
            answered[key] = sorted([*answered[key], *found], key=lambda one: one[1].id)
    return Present(
        {key: words for part in parts for key, words in part.words.items()},
        {check: items for part in parts for check, items in part.items.items()},
        {name: moments for part in parts for name, moments in part.extensions.items()},
        {name: act for part in parts for name, act in part.waivers.items()},
        {name: act for part in parts for name, act in part.releases.items()},
        sorted((act for part in parts for act in part.flags), key=lambda act: act.id),
        sorted((act for part in parts for act in part.requests), key=lambda act: act.id),
        answered,
        last,
    )
