"""A case's steps as the Python that a student would write."""

from __future__ import annotations

import builtins
import dis
import itertools
import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from grader import wire
from grader.checks.api.reply import Reply, outcome_behind
from grader.checks.api.steps import Step
from grader.checks.api.student import Function
from grader.checks.check import Reference
from grader.checks.feedback.step_graph import (
    SILENT,
    changes_objects,
    depth_of,
    depth_of_each,
    hands_on,
    holds_reply,
    is_used_next,
    leading_to,
    lists_among,
    log_upto,
    owner_of,
    step_of,
    uses_of_each,
)
from grader.checks.plan import operator_text
from grader.checks.plan.repeating import is_same_outcome
from grader.model.outcome import End, Handle, Kept, Outcome, Value

MAX_LINES = 12
# So many operations stand within each other on one line.
MAX_DEPTH = 8
# Of more lines, which nobody can paste, the last ones say which call it was.
_LAST_LINES = 3

_UNUSED = "_ = "
# Python's iterators whose types do not say it.
_ITERATORS = frozenset({"generator", "map", "filter", "zip", "enumerate", "reversed"})

ArgumentText = Callable[[Any], str]
NO_LISTS: Mapping[int, Sequence[Reply]] = {}


def call_lines(reply: Reply, log: Sequence[Reply], text: ArgumentText) -> str:
    """What leads to a reply: one expression where nothing is handed on, else all that comes before it."""
    target = reply._get()
    earlier = log_upto(log, target)
    if not hands_on(earlier) and not changes_objects(earlier, target) and depth_of(earlier, target) < MAX_DEPTH:
        return _Script(text, inline=True).expression(target)
    lists = lists_among(log)  # what is asked for after the target, as the end of a list, is in no line
    written = [*_Script(text, lists).lines(earlier, (target,))]
    if len(written) > MAX_LINES:
        written = [*_Script(text, lists).lines(leading_to(target, earlier), (target,))]
    return _cut(written)


def call_of_each(replies: Sequence[Reply], log: Sequence[Reply], text: ArgumentText) -> str:
    """What leads to each of some replies."""
    if hands_on(log):
        return _cut(_Script(text, lists_among(log)).lines(log_upto(log, replies[-1]), replies))
    return "\n".join(dict.fromkeys(call_lines(reply, log, text) for reply in replies))


def call_and_arguments(reply: Reply, log: Sequence[Reply], text: ArgumentText, places: Iterable[int]) -> str:
    """A call, and after it those of its arguments at some places."""
    reply = reply._get()
    script, earlier = _Script(text, lists_among(log)), log_upto(log, reply)
    lines = [*script.lines(earlier[:-1])] if hands_on(earlier) else []
    lines += script.with_arguments(reply, step_of(reply))
    return _cut([*lines, *(script.name_after(reply, place) for place in places)])


def list_of_each(parts: Sequence[Reply], log: Sequence[Reply], text: ArgumentText, *, shapes: bool) -> str:
    """What leads to the same part of each item of a list, all of them in a list of their own."""
    script = _Script(text, lists_among(log))
    *lines, first = script.lines(log_upto(log, parts[0]), parts[:1])
    name, _, within = first.partition("[0]")
    each = f"tuple(each{within}.shape)" if shapes else f"each{within}"
    return _cut([*lines, f"[{each} for each in {name}]"])


def all_lines(log: Sequence[Reply], text: ArgumentText) -> str:
    """A case's calls, one a line; only the last ones where there are many."""
    if hands_on(log) or any(step_of(reply).operation in ("enter", "leave", "delete") for reply in log):
        return _cut(_Script(text, lists_among(log)).lines(log))
    calls = [reply for reply in log if step_of(reply).target[0] is not None]
    owners = {id(owner_of(reply)) for reply in calls}
    script = _Script(text, inline=True)
    told: dict[str, Reply] = {}
    lines: list[str] = []
    for reply in calls[-4:]:
        line = "" if id(reply) in owners else script.expression(reply)
        if line and not (line in told and is_same_outcome(outcome_behind(told[line]), outcome_behind(reply))):
            lines.append(line)
        told[line] = reply
    return "\n".join(lines)


def _cut(lines: Iterable[str]) -> str:
    """The last lines; where some are left out a sign says so, and what is left cannot be run."""
    written = [*lines]
    written[-1:] = [last.removeprefix(_UNUSED) for last in written[-1:]]  # which is looked at, whatever is read of it
    return "\n".join(written if len(written) <= MAX_LINES else ["…", *written[-_LAST_LINES:]])


def _arguments_of(step: Step) -> tuple[Any, ...]:
    """The arguments that a call is made with."""
    return step.args[1:] if step.manner == wire.RAISES else step.args


class _Script:
    """Writes steps down; what is used again gets a name.

    Args:
        text: what is sent, as Python.
        lists: iterators all of whose items are asked for at one go, and these.
        inline: write objects out wherever they are used.
    """

    def __init__(
        self, text: ArgumentText, lists: Mapping[int, Sequence[Reply]] = NO_LISTS, *, inline: bool = False
    ) -> None:
        self._text = text
        self._lists = lists
        self._inline = inline
        self._names: dict[int, str] = {}
        self._parts: dict[int, list[str]] = {}
        self._items: set[int] = set()  # of lists
        self._after: dict[int, dict[Any, str]] = {}
        self._taken: set[str] = set(dir(builtins))

    def lines(self, log: Sequence[Reply], targets: Sequence[Reply] = ()) -> Iterator[str]:
        """One a step, as far as it does something or is used; the targets are said."""
        uses, said, depths = uses_of_each(log), {id(target) for target in targets}, depth_of_each(log)
        for at, reply in enumerate(log):
            step = step_of(reply)
            operation = step.operation
            if id(reply) in self._lists:
                yield self._list(step, self._lists[id(reply)])
            elif id(reply) in self._items:
                if id(reply) in said:
                    yield self.expression(reply)
            elif step.manner == wire.EFFECTS:
                yield from self.with_arguments(reply, step)
            elif operation == "unpack" and id(step.args[0]._get()) in self._items:
                self._parts[id(reply)] = [f"{self._argument(step.args[0])}[{at}]" for at in range(step.args[1])]
            elif operation == "unpack":
                yield self._unpack(reply, step)
            elif operation in ("set", "put", "delete"):
                yield self._statement(operation, step)
            elif id(reply) in said:
                yield from self._lines_of(reply, is_used=bool(uses.get(id(reply))) or operation == "next")
            elif self._needs_no_line(log, at, uses.get(id(reply), 0), depths[id(reply)]):
                continue
            elif uses.get(id(reply)) or operation == "next":
                expression = self.expression(reply)
                yield f"{self._name(reply)} = {expression}"
            else:  # what is not looked at is done for what comes after it
                yield f"{_UNUSED if said else ''}{self.expression(reply)}"

    def _list(self, step: Step, items: Sequence[Reply]) -> str:
        """All items of something, which are parts of a list from then on."""
        expression = f"list({self._argument(step.args[0])})"
        name = self._free(step_of(step.args[0]).target[1].lower())
        self._names |= {id(item): f"{name}[{at}]" for at, item in enumerate(items)}
        self._items |= {id(item) for item in items}
        return f"{name} = {expression}"

    def _lines_of(self, reply: Reply, *, is_used: bool) -> Iterator[str]:
        expression = self.expression(reply)
        if is_used:
            yield f"{self._name(reply)} = {expression}"
        yield self.expression(reply)

    @staticmethod
    def _needs_no_line(log: Sequence[Reply], at: int, uses: int, depth: int) -> bool:
        """Whether a step stands within a later line, or nowhere."""
        if isinstance(outcome_behind(log[at]), End) or (uses == 1 and depth % MAX_DEPTH and is_used_next(log, at)):
            return True
        operation = step_of(log[at]).operation
        return operation in SILENT and not _advances(operation, uses)

    def expression(self, reply: Reply) -> str:
        """A reply as an expression."""
        reply = reply._get()
        if id(reply) in self._names:
            return self._names[id(reply)]
        step = step_of(reply)
        owner, name = step.target
        if owner is None:
            return self._operation(name, step)
        start = self._owner(owner)
        start = start if name == "__call__" else f"{start}.{name}"
        return start if step.manner == wire.GET else f"{start}({', '.join(self._arguments(step))})"

    def _arguments(self, step: Step) -> list[str]:
        return [
            *map(self._argument, _arguments_of(step)),
            *(f"{key}={self._argument(arg)}" for key, arg in step.named.items()),
        ]

    def _operation(self, name: str, step: Step) -> str:
        of, *rest = step.args
        if name == "len" and isinstance(of, Reply) and _is_iterator(outcome_behind(of)):
            return f"len(list({self._argument(of)}))"
        if name == "item" and (known := self._known_part(of, rest[0])):
            return known
        if name in operator_text.FUNCTIONS or name in operator_text.SIGNS:
            return operator_text.operation_text(name, [self._operand(name, arg) for arg in step.args])
        start = self._owner(of)
        if name == "get":
            return start if rest[0] == "result" and step_of(of).manner == wire.EFFECTS else f"{start}.{rest[0]}"
        if name == "item":
            return f"{start}[{self._key(rest[0])}]"
        if name == "in":
            return f"{self._argument(rest[0])} in {start}"
        return {"enter": f"{start}.__enter__()", "leave": f"{start}.__exit__(None, None, None)"}.get(name, start)

    def _operand(self, name: str, value: Any) -> str:
        """An argument of an operation; between operators, one that is an operation itself in brackets."""
        if name not in operator_text.SIGNS:
            return self._argument(value)
        is_negative = isinstance(value, int | float) and self._argument(value).startswith("-")
        return f"({self._argument(value)})" if is_negative else self._owner(value)

    def _owner(self, value: Any) -> str:
        """What a sign, a dot or a bracket binds to: what is itself an operation, and has no name, in brackets."""
        if isinstance(value, str):
            return value
        text = self._argument(value)
        inner = step_of(value).operation if isinstance(value, Reply) and not isinstance(value, Function) else ""
        return f"({text})" if inner in operator_text.SIGNS and text not in self._taken else text

    def _known_part(self, of: Reply, key: Any) -> str:
        """The name that a part of something bears: of what was unpacked, or of a call's arguments."""
        of = of._get()
        if id(of) in self._parts:
            return self._parts[id(of)][int(key)]
        step = step_of(of)
        if step.operation == "get" and step.args[1] in ("args", "named"):
            return self._after.get(id(step.args[0]._get()), {}).get(key, "")
        return ""

    def _argument(self, value: Any) -> str:
        if isinstance(value, Function):
            return f"{value._owner}.{value._name}"
        if isinstance(value, Reply):
            known = value._get()._resolve() if isinstance(value._caller, Reference) else None
            return self._text(known.data) if isinstance(known, Value) else self.expression(value)
        if not holds_reply(value):
            return self._text(value)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {self._argument(item)}" for key, item in value.items()) + "}"
        inner = ", ".join(map(self._argument, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if len(value) == 1 else f"({inner})"

    def _key(self, key: Any) -> str:
        if isinstance(key, slice):
            ends = ["" if end is None else self._argument(end) for end in (key.start, key.stop)]
            return ":".join(ends if key.step is None else [*ends, self._argument(key.step)])
        if isinstance(key, tuple) and key:
            return ", ".join(map(self._key, key)) + ("," if len(key) == 1 else "")
        return "..." if key is Ellipsis else self._argument(key)

    def _statement(self, operation: str, step: Step) -> str:
        of, key, *value = step.args
        place = f"{self._owner(of)}.{key}" if operation == "set" else f"{self._owner(of)}[{self._key(key)}]"
        return f"{place} = {self._argument(value[0])}" if value else f"del {place}"

    def _unpack(self, reply: Reply, step: Step) -> str:
        of, n = step.args
        expression = self._argument(of)
        names = _targets(step, n) or [f"part{index + 1}" for index in range(n)]
        self._parts[id(reply)] = [self._free(name) for name in names]
        return f"{', '.join(self._parts[id(reply)])}{',' if n == 1 else ''} = {expression}"

    def with_arguments(self, reply: Reply, step: Step) -> Iterator[str]:
        """A call whose arguments are looked at afterwards: each has a name before it."""
        after: dict[Any, str] = {}
        given: list[tuple[Any, Any]] = [*enumerate(step.args), *step.named.items()]
        for key, value in given:
            expression = self._argument(value)
            if not expression.isidentifier():
                after[key] = self._free(key if isinstance(key, str) else f"x{key + 1}")
                yield f"{after[key]} = {expression}"
            else:
                after[key] = expression
        owner, name = step.target
        start = self._owner(owner)
        start = start if name == "__call__" else f"{start}.{name}"
        arguments = [after[key] if isinstance(key, int) else f"{key}={after[key]}" for key in after]
        self._after[id(reply)] = after
        yield f"{self._name(reply)} = {start}({', '.join(arguments)})"

    def name_after(self, reply: Reply, key: Any) -> str:
        """The name that an argument of such a call bears."""
        return self._after[id(reply)][key]

    def _name(self, reply: Reply) -> str:
        step = step_of(reply)
        called = step.target[1].lower() if step.target[1] != "__call__" else "result"
        [name] = _targets(step, 1) or [operator_text.NAMES.get(step.operation, called)]
        self._names[id(reply)] = self._free(name)
        return self._names[id(reply)]

    def _free(self, name: str) -> str:
        name = name if name.isidentifier() and not keyword.iskeyword(name) else "value"
        numbered = (name if number == 1 else f"{name}{number}" for number in itertools.count(1))
        free = next(each for each in numbered if each not in self._taken)
        self._taken.add(free)
        return free


def _is_iterator(outcome: Outcome) -> bool:
    """Whether it has no length of its own, though it may be asked for how many items it has."""
    name = outcome.type_name if isinstance(outcome, Kept | Handle) else ""
    return name in _ITERATORS or name.startswith("itertools.") or name.endswith("iterator")


def _advances(operation: str, uses: int) -> bool:
    """Whether it matters how often a look is taken: an iterator that is asked several times, and each of its items."""
    return operation == "next" or (operation == "iter" and uses > 1)


def _targets(step: Step, n: int) -> list[str]:
    """The names that the check's own line gives what the step returns; empty where it gives none."""
    if step.place is None:
        return []
    code, at = step.place
    following = [each for each in dis.get_instructions(code) if each.offset > at and each.opname != "CACHE"]
    if n > 1 and code.co_code[at] != dis.opmap["UNPACK_SEQUENCE"]:
        return []
    names: list[str] = []
    for each in following[:n]:
        if not each.opname.startswith("STORE_") or each.opname in ("STORE_SUBSCR", "STORE_ATTR"):
            break
        names += [each.argval] if isinstance(each.argval, str) else list(each.argval)
        if each.opname == "STORE_FAST_LOAD_FAST":
            names = names[: len(names) - 1]
        if len(names) >= n:
            return names[:n]
    return []
