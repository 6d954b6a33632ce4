"""How the steps of a case rest on each other: what a step uses, what is handed on, how deep one stands in another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader import wire
from grader.checks.api.reply import Reply, outcome_behind
from grader.checks.api.steps import Step
from grader.checks.api.student import Function
from grader.checks.plan import operator_text
from grader.model.outcome import End

# Operations that say nothing by themselves.
SILENT = frozenset({"read", "iter", "item", "get", "unpack", "truth", "len", "in", "next"})


def leading_to(target: Reply, log: Sequence[Reply]) -> list[Reply]:
    """The steps without operators whose results neither the target nor another step rests on."""
    chain, todo = set(), [target, *(reply for reply in log if step_of(reply).operation not in operator_text.SIGNS)]
    while todo:
        reply = todo.pop()
        if id(reply) not in chain:
            chain.add(id(reply))
            todo += replies_used_by(step_of(reply))
    return [reply for reply in log if id(reply) in chain]


def hands_on(log: Sequence[Reply]) -> bool:
    """Whether a call rests on an earlier one: it is given what that one returned, or asks the same object again."""
    asked = [id(owner) for reply in log if (owner := _asked_of(reply)) is not None]
    if len(set(asked)) < len(asked):
        return True
    for reply in log:
        step = step_of(reply)
        given = step.args if step.target[0] is not None else step.args[1:]
        if any(map(holds_reply, (*given, *step.named.values()))) or step.operation in ("set", "put"):
            return True
        if step.manner == wire.EFFECTS:
            return True
    return False


def changes_objects(log: Sequence[Reply], target: Reply) -> bool:
    """Whether an object is worked with on other lines than the one that leads to the target."""
    chain, todo = set(), [target]
    while todo:
        reply = todo.pop()
        chain.add(id(reply))
        todo += replies_used_by(step_of(reply))
    return any(
        step_of(reply).changes
        and id(reply) not in chain
        and any(id(used) in chain for used in replies_used_by(step_of(reply)))
        and step_of(reply).operation != "get"
        for reply in log
    )


def _asked_of(reply: Reply) -> Reply | None:
    """The object whose method is called, or the iterator whose next item is asked for."""
    step = step_of(reply)
    if step.operation == "next":
        items: Reply = step.args[0]
        return items._get()
    return owner_of(reply) if step.manner in (wire.CALL, wire.RAISES) else None


def holds_reply(value: Any) -> bool:
    """Whether a reply is handed on in it."""
    if isinstance(value, Reply):
        return not isinstance(value, Function)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return any(map(holds_reply, items))


def log_upto(log: Sequence[Reply], target: Reply) -> Sequence[Reply]:
    """The steps up to the one that a reply answers."""
    at = next((index for index, reply in enumerate(log) if reply is target), len(log) - 1)
    return log[: at + 1]


def step_of(reply: Reply) -> Step:
    """The step that a reply answers."""
    step = reply._get()._step
    assert step is not None
    return step


def owner_of(reply: Reply) -> Reply | None:
    """The object whose attribute or method a step asks for."""
    owner = step_of(reply).target[0]
    return owner._get() if isinstance(owner, Reply) else None


def replies_used_by(step: Step) -> Iterator[Reply]:
    """The replies that a step uses."""
    todo: list[Any] = [step.target[0], *step.args, *step.named.values()]
    while todo:
        value = todo.pop()
        if isinstance(value, Function):
            continue
        if isinstance(value, Reply):
            yield value._get()
        elif isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, list | tuple):
            todo += value


def uses_of_each(log: Sequence[Reply]) -> dict[int, int]:
    """How often each reply is used, by its id."""
    return Counter(id(used) for reply in log for used in replies_used_by(step_of(reply)))


def depth_of(log: Sequence[Reply], target: Reply) -> int:
    """How deep a reply's expression would be, with all that leads to it written out."""
    return depth_of_each([*log, target])[id(target)]  # what was read of a call once more is not in the log


def depth_of_each(log: Sequence[Reply]) -> dict[int, int]:
    """How deep each reply's expression would be, with all that leads to it written out."""
    depths: dict[int, int] = {}
    for reply in log:
        depths[id(reply)] = 1 + max((depths.get(id(used), 0) for used in replies_used_by(step_of(reply))), default=0)
    return depths


def is_used_next(log: Sequence[Reply], at: int) -> bool:
    """Whether a reply is used by the very next step that does something."""
    chain = {id(log[at])}
    for reply in log[at + 1 :]:
        step = step_of(reply)
        if any(id(used) in chain for used in replies_used_by(step)):
            if step.target[0] is not None or step.target[1] not in SILENT - {"unpack"}:
                return True
            chain.add(id(reply))
        elif step.target[0] is not None or step.target[1] not in SILENT:
            return False
    return False


def lists_among(log: Sequence[Reply]) -> dict[int, list[Reply]]:
    """The items of each iterator that is asked for all of them at one go, as `list` would ask, by the iterator's id."""
    found: dict[int, list[Reply]] = {}
    going: dict[int, list[Reply]] = {}
    for reply in log:
        step = step_of(reply)
        if step.operation == "iter":
            going[id(reply)] = []
        elif step.operation == "next" and id(step.args[0]._get()) in going:
            items = going[id(step.args[0]._get())]
            if isinstance(outcome_behind(reply), End):
                found[id(step.args[0]._get())] = items
            items.append(reply)
        elif step.operation not in SILENT:  # what is done meanwhile may come to something else after all were asked for
            going = {one: items for one, items in going.items() if not items}
    return found


def like_parts(part: Reply, log: Sequence[Reply]) -> list[Reply]:
    """Of every item of a list the part that of the last one is this; none where it is no part of an item."""
    looks = {(id(step.args[0]._get()), _look(step)): reply for reply in log if _is_look(step := step_of(reply))}
    for *items, _end in lists_among(log).values():
        way = _way_to(part, items[-1]) if items else None
        if way is not None:
            found = [_follow(item, way, looks) for item in items]
            return [one for one in found if one is not None] if None not in found else []
    return []


def _is_look(step: Step) -> bool:
    return step.target[0] is None and step.operation in SILENT and isinstance(step.args[0], Reply)


def _look(step: Step) -> tuple[str, ...]:
    return (step.operation, *map(str, step.args[1:]))


def _way_to(part: Reply, item: Reply) -> list[tuple[str, ...]] | None:
    """The looks by which a part is reached from an item; None where others, or none, lead to it."""
    way: list[tuple[str, ...]] = []
    reply = part._get()
    while reply is not item:
        step = step_of(reply)
        if not _is_look(step):
            return None
        way.append(_look(step))
        reply = step.args[0]._get()
    return way[::-1]


def _follow(
    reply: Reply, way: Sequence[tuple[str, ...]], looks: Mapping[tuple[int, tuple[str, ...]], Reply]
) -> Reply | None:
    """What the same looks lead to from another item."""
    for look in way:
        if (id(reply), look) not in looks:
            return None
        reply = looks[id(reply), look]
    return reply
