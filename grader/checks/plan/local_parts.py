"""Parts of what the judge has already been shown: which of them need no message to be known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader import wire
from grader.checks.api.reply import Reply
from grader.checks.api.steps import Step
from grader.errors import WireError
from grader.model.outcome import End, Outcome, Value

MAX_AHEAD = 64


@dataclass
class _Items:
    """What is known of an iterator's next items.

    Args:
        values: the next ones; None for one that is there, and not data.
        is_all: no other follows.
        is_made: they are made when they are asked for, so that none can be looked up.
        ahead: how many were looked up the last time.
    """

    values: list[Outcome | None] = field(default_factory=list)
    is_all: bool = False
    is_made: bool = False
    ahead: int = 4


class LocalParts:
    """What is known of the parts of replies, of one case."""

    def __init__(self) -> None:
        self._items: dict[int, _Items] = {}

    def part(self, step: Step) -> Outcome | None:
        """What an operation comes to; None where the worker has to tell."""
        operation = step.operation
        if operation == "next":
            return self._next(step.args[0])
        data = _data(step.args[0]) if operation in ("item", "unpack", "iter") else None
        if data is None:
            return None
        if operation == "unpack":
            return Value(list(map(_item, data))) if isinstance(data, list) and len(data) == step.args[1] else None
        return _take(data, step.args[1]) if operation == "item" else None

    def _next(self, items: Reply) -> Outcome | None:
        known = self._items.get(id(items))
        if known is None or (not known.values and not known.is_all):
            return None
        return known.values.pop(0) if known.values else End()

    def has_next(self, items: Reply) -> bool:
        """Whether the next item was looked up and is there."""
        return bool(self._items[id(items)].values)

    def unknown(self, items: Reply) -> int:
        """How many items to look up before the next one is asked for."""
        known = self._items.setdefault(id(items), _Items())
        if known.values or known.is_all or known.is_made:
            return 0
        known.ahead = min(2 * known.ahead, MAX_AHEAD)
        return known.ahead

    def learn(self, items: Reply, shown: Outcome, n: int) -> None:
        """Take what was looked up: see `Server._peek`."""
        data = shown.data if isinstance(shown, Value) else None
        self._items[id(items)].is_made = isinstance(data, np.ndarray | list) and len(data) == 0
        if isinstance(data, list) and len(data) == 2 and isinstance(data[0], list) and len(data[0]) <= n:
            known = self._items[id(items)]
            known.values = [_decode(value) for value in data[0]]
            known.is_all = data[1] is True


def _decode(value: Any) -> Outcome | None:
    try:
        return Value(wire.decode(value)) if type(value) is bytes else None
    except WireError:
        return None


def _data(reply: Any) -> Any:
    """The data of a reply that was shown and that nothing can have changed since; else None."""
    reply = reply._get() if isinstance(reply, Reply) else None
    if reply is None or reply._changes != reply._caller.changes:
        return None
    outcome = reply._outcome
    return outcome.data if isinstance(outcome, Value) and not outcome.type_name else None


def _take(data: Any, key: Any) -> Outcome | None:
    if type(key) not in (int, str) or not isinstance(data, list | dict | np.ndarray):
        return None
    try:
        item = _item(data[key])
    except (LookupError, TypeError):
        return None
    return None if isinstance(item, np.ndarray) and not isinstance(data, np.ndarray) else Value(item)  # or a tensor


def _item(value: Any) -> Any:
    """An item as the wire would bring it."""
    if isinstance(value, np.generic):
        return float(value) if isinstance(value, np.float64) else np.asarray(value)
    return value
