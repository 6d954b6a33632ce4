"""The model answer in other students' containers: lists for arrays, and caches in anything, must earn as much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader import wire
from grader.assignment import Assignment
from grader.checks.check import Check
from grader.checks.plan.calls import Plan
from grader.course.isolated_runs import Cut, RunLimits, run_forked
from grader.course.loading import load_reference
from grader.sandbox.local import LocalSession
from grader.validation.mutant_runs import look
from grader.wire import KEEP, READ, Ref
from grader.worker import serving
from grader.worker.worker import set_random_states

_CPU_S = 120.0
# Operations that lead to a part, and those that look at the whole.
_PARTS, _LOOKS = frozenset({"item", "unpack", "get"}), frozenset({"len", "in", "truth", "iter", "read", "peek"})


@dataclass(frozen=True)
class Record:
    """What some students would keep a cache in."""

    cache: Any


@dataclass(frozen=True)
class Style:
    """How others hold the same.

    Args:
        keep: what holds a value that a check only hands on.
        show: what a value is that a check only reads.
    """

    name: str
    keep: Callable[[Any], Any] | None = None
    show: Callable[[Any], Any] | None = None


def _in_lists(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_in_lists(item) for item in value]
    return value.tolist() if type(value) is np.ndarray and value.dtype.kind in "fiu" and value.ndim else value


def _in_tuples(value: Any) -> Any:
    """Lists as tuples, tuples as lists, numbers as arrays without dimensions."""
    if type(value) is float:
        return np.array(value)
    if type(value) in (list, tuple):
        items = map(_in_tuples, value)
        return list(items) if type(value) is tuple else tuple(items)
    return value


STYLES = (
    Style("lists", lambda value: [value], _in_lists),
    Style("tuples", lambda value: (value,), _in_tuples),
    Style("dictionaries", lambda value: {"cache": value}),
    Style("records", Record),
    Style("closures", lambda value: lambda: value),
)


class Uses:
    """What the check of a plan does with each reply.

    Args:
        plan: its calls are those of the model answer.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._parent: dict[int, tuple[int, str]] = {}
        self._parts: dict[int, list[int]] = defaultdict(list)
        self._function: dict[int, str] = {}
        self._looked = {index for index, bits in enumerate(plan.wanted) if bits & READ}
        self._handed: set[int] = set()
        self._shown: set[int] = set()  # calls whose arguments are shown beside their result
        for index, call in enumerate(plan.calls):
            self._note(index, wire.decode(call, marked=True))

    def _note(self, index: int, call: Any) -> None:
        (owner, name), args, named, manner = call
        if manner == wire.EFFECTS:
            self._shown.add(index)
        if owner is None and name in _PARTS:
            base = args[0].index
            self._parent[index] = (base, "" if name == "unpack" else repr(args[1]) if name == "item" else args[1])
            self._parts[base].append(index)
            return
        if owner is None:
            self._looked.add(args[0].index)
            args = [] if name in _LOOKS else args[1:]
        elif isinstance(owner, Ref):
            self._looked.add(owner.index)
        else:
            self._function[index] = f"{owner}.{name}"
        self._handed.update(ref.index for ref in _refs([args, named]))

    def _is_looked_at(self, index: int) -> bool:
        return index in self._looked or any(map(self._is_looked_at, self._parts[index]))

    @cached_property
    def kept(self) -> frozenset[int]:
        """The replies that are handed on as they are, and not looked at, whole or in part."""
        return frozenset(filter(self._is_kept, self._handed))

    def _is_kept(self, index: int) -> bool:
        return not (self._parts[index] or self._within(index) or self._is_looked_at(index))

    @cached_property
    def reached_into(self) -> list[str]:
        """The parts of a part that are only handed on, as a check writes them."""
        found = {self._text(index) for index in self._handed if self._within(index) and not self._is_looked_at(index)}
        return sorted(found)

    @cached_property
    def looked_into(self) -> list[str]:
        """The parts that are looked at of what is itself a part, and handed on as a whole."""
        found = {
            self._text(part)
            for index in self._handed
            if self._depth(index) and not self._is_argument(index)
            for part in self._parts[index]
            if self._is_looked_at(part)
        }
        return sorted(found)

    def _is_argument(self, index: int) -> bool:
        """Whether it is an argument as a call left it, which the check has made itself."""
        key = ""
        while index in self._parent:
            index, key = self._parent[index]
        return index in self._shown and key != "result"

    def _within(self, index: int) -> bool:
        """Whether it is a part of what is itself a part that nobody looks at: of a cache."""
        if self._depth(index) < 2 or self._is_argument(index):
            return False
        return not self._is_looked_at(self._parent[index][0])

    def _depth(self, index: int) -> int:
        if index not in self._parent:
            return 0
        base, key = self._parent[index]
        return self._depth(base) + (bool(key) and base not in self._shown)

    def _text(self, index: int) -> str:
        if index not in self._parent:
            return f"{self._function.get(index, '…')}(…)"
        base, key = self._parent[index]
        return self._text(base) + (f"[{key}]" if key else "")


def _refs(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in items:
        yield from _refs(item)


class StyledSession(LocalSession):
    """The model answer, its replies to the planned calls in a style.

    Args:
        kept: which of them are only handed on.
    """

    def __init__(self, modules: Mapping[str, ModuleType], style: Style, kept: frozenset[int]) -> None:
        super().__init__(modules)
        self._server = _ContainerServer(style, kept)
        for name, module in modules.items():
            self._server.adopt(name, module)


class _ContainerServer(serving.Server):
    def __init__(self, style: Style, kept: frozenset[int]) -> None:
        super().__init__(lambda _file: False)
        self._style = style
        self._kept_ones = kept
        self._held: dict[int, tuple[Any, Any]] = {}

    def _reply(self, key: tuple[int, int], result: Any, wanted: int) -> tuple[str, bytes]:
        is_planned = key[0] == 1
        if is_planned and self._style.keep and key[1] in self._kept_ones:
            held = self._style.keep(result)
            self._held[id(held)] = (held, result)
            result = held
        elif is_planned and self._style.show and wanted & READ and not wanted & KEEP:
            result = self._style.show(result)
        return super()._reply(key, result, wanted)

    def _dereference(self, value: Any, request: int) -> Any:
        found = super()._dereference(value, request)
        held, original = self._held.get(id(found), (None, None))
        return original if held is found and held is not None else found


def unfair(assignment: Assignment, folder: Path, workers: int) -> Iterator[list[str]]:
    """Per style, in sentences, which checks take points from the model answer in it; then what they reach into."""
    checks = [check for check in assignment.checks.values() if not check.plan.is_live]

    def run(style: Style) -> list[str]:
        set_random_states(assignment.seed)
        return [*_lost_verdicts(checks, style, load_reference(folder))]

    for style, outcome in run_forked(run, STYLES, limits=lambda _style: RunLimits(_CPU_S, 4096), workers=workers):
        yield [f"the model answer in {style.name} did not return"] if isinstance(outcome, Cut) else outcome
    yield [
        f"{check.id} looks at {part} of what it hands on: is that in the handout, or a cache of the students' own?"
        for check in checks
        for part in Uses(check.plan).looked_into
    ] + [
        f"{check.id} reaches for {part} and only hands it on: students may keep it in another way"
        for check in checks
        for part in Uses(check.plan).reached_into
    ]


def _lost_verdicts(checks: Sequence[Check], style: Style, modules: Mapping[str, ModuleType]) -> Iterator[str]:
    for check in checks:
        kept = Uses(check.plan).kept
        if not kept and style.show is None:
            continue
        seen = look(check, StyledSession(modules, style, kept))
        if seen.fault or seen.lost:
            why = f": {seen.fault}" if seen.fault else ""
            yield f"{check.id} takes points from the model answer with its replies in {style.name}{why}"
