"""What comes back from a step on the student's side, and may be handed on: the reply, or an attribute."""

from __future__ import annotations

import operator
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from grader import wire
from grader.checks.api.operators import OF_UFUNC, Operators, acts_itself, is_listed, is_object, work_out
from grader.checks.api.reply_data import compare_data, hash_of, is_asked_of_data, is_own_attribute
from grader.checks.api.steps import CallFailed, Step
from grader.checks.api.tensors import attribute_of_numbers, by_torch, is_tensor
from grader.checks.api.unpacking import n_names_unpacked
from grader.model.arrays import MOST_ITEMS, Array, Mismatch, as_array, describe, without_end
from grader.model.outcome import End, Failure, Handle, Kept, Outcome, Value
from grader.wire import Ref

MAX_PARTS = MOST_ITEMS
_HASH_OF_OBJECTS = 1


class Caller(ABC):
    """Carries out steps: on the reference, with a plan's replies, or in the student's process."""

    def __init__(self) -> None:
        self.changes = 0  # how many steps so far may have changed something
        self._waiting: Reply | None = None
        self._seen: list[Failure] = []

    def call(self, step: Step) -> Reply:
        """Carry out one step."""
        self.settle()
        self.changes += step.changes
        return self.make(step)

    @abstractmethod
    def make(self, step: Step) -> Reply:
        """Carry out one step; the attributes that were named before it have been read."""

    def wait(self, attribute: Reply) -> None:
        """Take an attribute that is read when the next step comes, unless that calls it as a method."""
        self.settle()
        self._waiting = attribute

    def settle(self, called: Reply | None = None) -> None:
        """Read the attribute that waits, if any, unless it is the one that is `called`."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting is not called:
            waiting._get()

    def read(self, reply: Reply) -> Reply:
        """What a reply is now: itself where nothing has happened since, or the reply to one more step."""
        if reply._changes == self.changes and not isinstance(reply._resolve(), Kept):
            return reply
        return self.call(Step.on("read", reply))

    def ahead(self, items: Reply) -> bool:
        """Whether the next of these items, which is about to be asked for, is known to be there."""
        del items
        return False

    def outcome(self, reply: Reply) -> None:
        """Find out what came of a step, where that is not known yet."""
        raise NotImplementedError

    def note_look(self) -> None:  # noqa: B027 -- most need not know
        """A check looks at a reply, so its course may depend on it."""

    def note_claim(self) -> None:  # noqa: B027 -- most need not know
        """A check claims something."""

    def leaves(self, name: str, operands: Sequence[Any]) -> bool:
        """Whether an operator is left to the objects it stands between: where one of them is an object."""
        return acts_itself(name, [operand._resolve() for operand in operands if isinstance(operand, Reply)])

    def error_for(self, failure: Failure) -> CallFailed:
        """The exception for a call that a check needs and that did not return."""
        self._seen.append(failure)
        return CallFailed(failure)

    def finish(self) -> Failure | None:
        """End a case: the first call that did not return and that the check has not been told of."""
        return None


class Reply(Operators):
    """What a step came back with: an object that stays in the worker, and its value where somebody looks at it.

    Handed to a later call it is the very object. Passed straight to `expect` it is read, and not looked at. Everything
    else counts as looking at it.
    """

    __slots__ = ("_caller", "_changes", "_origin", "_outcome", "_step")
    _caller: Caller
    _changes: int
    _origin: Ref
    _outcome: Outcome | None
    _step: Step | None

    def __init__(self, outcome: Outcome | None, origin: Ref, caller: Caller, step: Step | None = None) -> None:
        put = object.__setattr__
        put(self, "_outcome", outcome)
        put(self, "_origin", origin)
        put(self, "_caller", caller)
        put(self, "_step", step)
        put(self, "_changes", caller.changes)

    def _resolve(self) -> Outcome:
        """What came of the step."""
        if self._outcome is None:
            self._caller.outcome(self)
        if self._outcome is None:  # what asked for it was cut off, which is told where that happened
            return Failure("error", "gave no answer", follows=True)
        return self._outcome

    def _place(self) -> Ref:
        """Where the object lies."""
        return self._origin

    def _get(self) -> Reply:
        """The reply that is a step's."""
        return self

    def _now(self) -> Any:
        """The data, which the check looks at."""
        self._caller.note_look()
        return data_of(self._caller.read(self._get()))

    def _value(self) -> Any:
        data = self._now()
        if not isinstance(data, list):
            return data
        try:
            return as_array(data)
        except Mismatch:
            return data

    def _value_as_it_is(self) -> Any:
        return self._now()

    def _is_own(self, name: str) -> bool:
        """Whether an attribute is the object's own affair."""
        outcome = self._resolve()
        if isinstance(outcome, Failure):
            raise self._caller.error_for(outcome)
        return is_own_attribute(outcome, name)

    def _operate(self, name: str, *operands: Any) -> Any:
        operands = tuple(map(_behind, operands))
        for operand in operands:
            if isinstance(operand, Reply) and operand._caller.leaves(name, operands):
                return operand._caller.call(Step.on(name, *operands))
        return work_out(name, map(_numbers_of, operands))

    def _is_object(self) -> bool:
        """Whether it is more than data: Python's functions are then its own affair."""
        outcome = self._resolve()
        if isinstance(outcome, Failure):
            raise self._caller.error_for(outcome)
        return is_object(outcome)

    def _ask(self, operation: str, *args: Any) -> Any:
        """The answer to an operation, which the check looks at."""
        self._caller.note_look()
        return data_of(self._caller.read(self._caller.call(Step.on(operation, self, *args))))

    def __call__(self, *args: Any, **named: Any) -> Reply:
        return self._call(args, named, wire.CALL)

    def _call(self, args: tuple[Any, ...], named: dict[str, Any], manner: int) -> Reply:
        return self._caller.call(Step((self, "__call__"), args, named, manner))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if is_asked_of_data(name) and not self._is_own(name):
            value = self._value()
            if hasattr(value, name):
                return self._said_of(value, name)
        return Attribute(self, name, self._caller)

    def _said_of(self, value: Any, name: str) -> Any:
        """What the judge says of an attribute of data."""
        outcome = self._resolve()
        if not isinstance(value, np.ndarray) or not isinstance(outcome, Value) or not is_tensor(outcome.type_name):
            return getattr(value, name)
        return attribute_of_numbers(
            value, name, lambda *args, **named: self._caller.call(Step((self, name), args, named))
        )

    @classmethod
    def __torch_function__(cls, function: Any, _types: Any, args: Any = (), named: Any = None) -> Any:
        return by_torch(function, args, named or {}, _numbers_of)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in Reply.__slots__:
            object.__setattr__(self, name, value)
        else:
            self._caller.call(Step.on("set", self, name, value))

    def __getitem__(self, key: Any) -> Reply:
        return self._caller.call(Step.on("item", self, key))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._caller.call(Step.on("put", self, key, value))

    def __delitem__(self, key: Any) -> None:
        self._caller.call(Step.on("delete", self, key))

    def __iter__(self) -> Iterator[Reply]:
        n = n_names_unpacked(sys._getframe(1))
        if n is None:
            return self._one_by_one()
        parts = self._caller.call(Step.on("unpack", self, n))
        return iter([parts[index] for index in range(n)])

    def _one_by_one(self) -> Iterator[Reply]:
        items = self._caller.call(Step.on("iter", self))
        for _ in range(MAX_PARTS):
            is_there = self._caller.ahead(items)
            item = self._caller.call(Step.on("next", items))
            outcome = None if is_there else item._resolve()
            if isinstance(outcome, End):
                return
            if isinstance(outcome, Failure):
                raise self._caller.error_for(outcome)
            yield item
        raise Endless(without_end(MAX_PARTS))

    def __next__(self) -> Reply:
        item = self._caller.call(Step.on("next", self))
        outcome = item._resolve()
        if isinstance(outcome, End):
            self._caller.note_look()
            raise NoMoreItems("an iterator has no more items, expected another one")
        if isinstance(outcome, Failure):
            raise self._caller.error_for(outcome)
        return item

    def _from_the_end(self) -> Iterator[Reply]:
        return self._caller.call(Step.on("reversed", self))._one_by_one()

    __reversed__ = _from_the_end

    def __len__(self) -> int:
        return int(self._ask("len"))

    def __instancecheck__(self, value: Any) -> bool:
        return bool(self._ask("isinstance", value))

    def __subclasscheck__(self, value: Any) -> bool:
        return bool(self._ask("issubclass", value))

    def __bool__(self) -> bool:
        return bool(self._ask("truth"))

    def __contains__(self, item: Any) -> bool:
        return bool(self._ask("in", item))

    def __copy__(self) -> Reply:
        return self._caller.call(Step.on("copy", self))

    def __deepcopy__(self, _known: Any) -> Reply:
        return self._caller.call(Step.on("deepcopy", self))

    def __enter__(self) -> Reply:
        return self._caller.call(Step.on("enter", self))

    def __exit__(self, kind: Any, error: Any, _trace: Any) -> bool:
        if getattr(kind, "__module__", "") != "builtins":  # one of ours, which the student's object need not know
            self._caller.call(Step.on("leave", self))
            return False
        return bool(self._ask("leave", error))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self._value(), dtype=dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "__call__" and not options:
            if ufunc in OF_UFUNC:
                return self._operate(OF_UFUNC[ufunc], *inputs)
            if self._caller.leaves("apply", inputs):
                return self._caller.call(Step.on("apply", ufunc, *inputs))
        return getattr(ufunc, method)(*map(_numbers_of, inputs), **options)

    def __eq__(self, other: Any) -> Any:
        return self._compare(operator.eq, other)

    def __ne__(self, other: Any) -> Any:
        return self._compare(operator.ne, other)

    def _compare(self, compare: Callable[[Any, Any], Any], other: Any) -> Any:
        """Objects as they compare themselves, numbers as numpy does, all else as Python does."""
        me, other = self._get(), _behind(other)
        if self._caller.leaves(compare.__name__, (me, other)):
            return self._caller.call(Step.on(compare.__name__, me, other))
        return compare_data(compare, me._value(), _numbers_of(other), of_replies=isinstance(other, Reply))

    def __hash__(self) -> int:
        if self._is_object():  # which may be equal to another one: that is for them to say
            self._caller.call(Step.on("hash", self))
            if not is_listed(self._resolve()):  # a named tuple is found by a plain one
                return _HASH_OF_OBJECTS
        return hash_of(self._now(), object.__hash__(self))


class Endless(Mismatch):
    """Items were taken one by one, and did not end."""


class NoMoreItems(Mismatch, StopIteration):
    """`next` found no item; a check that does not expect that ends there."""


class Attribute(Reply):
    """An attribute of an object, or a name of a module: called it is a method, else it is read once."""

    __slots__ = ("_name", "_owner", "_reply")
    _name: str
    _owner: Reply | str
    _reply: Reply | None

    def __init__(self, owner: Reply | str, name: str, caller: Caller) -> None:
        put = object.__setattr__
        put(self, "_owner", owner)
        put(self, "_name", name)
        put(self, "_caller", caller)
        put(self, "_reply", None)
        if isinstance(owner, Reply):
            caller.wait(self)

    def _get(self) -> Reply:
        if isinstance(self._owner, str):  # a module's name may stand for another object the next time
            return self._caller.call(Step((self._owner, self._name), manner=wire.GET))
        if self._reply is None:
            object.__setattr__(self, "_reply", self._caller.call(Step.on("get", self._owner, self._name)))
        assert self._reply is not None
        return self._reply

    def _resolve(self) -> Outcome:
        return self._get()._resolve()

    def _place(self) -> Ref:
        return self._get()._place()

    def _is_own(self, name: str) -> bool:
        return self._get()._is_own(name)

    def _call(self, args: tuple[Any, ...], named: dict[str, Any], manner: int) -> Reply:
        if self._reply is not None:
            return self._caller.call(Step((self._reply, "__call__"), args, named, manner))
        self._caller.settle(self)
        return self._caller.call(Step((self._owner, self._name), args, named, manner))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._get(), name)

    __hash__ = object.__hash__


def _behind(value: Any) -> Any:
    return value._get() if isinstance(value, Reply) else value


def _numbers_of(value: Any) -> Any:
    return value._value() if isinstance(value, Reply) else value


def outcome_behind(reply: Reply) -> Outcome:
    """The outcome, without counting as a look."""
    return reply._resolve()


def origin_of(reply: Reply) -> Ref:
    """Which step the reply is the result of."""
    return reply._place()


def data_of(reply: Reply) -> Any:
    """The data of a reply.

    Raises:
        CallFailed: there is none because the call did not return.
        Mismatch: there is none because the call returned an object.
    """
    outcome = reply._resolve()
    if isinstance(outcome, Failure):
        raise reply._caller.error_for(outcome)
    if isinstance(outcome, Value):
        return outcome.data
    name = outcome.type_name if isinstance(outcome, Handle | Kept) else ""
    raise Mismatch(f"returned {describe(Handle(name, ''))}, expected numbers")
