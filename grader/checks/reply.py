"""The student as a check sees them: `student.module.function(…)`, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from grader.arrays import Array, Mismatch, as_array, described
from grader.outcome import Failure, Handle, Outcome, Value
from grader.wire import Ref

# A call as it is sent: (module or object, name), arguments, named arguments, whether to show the arguments afterwards.
Target = tuple[str | Ref, str]


class CallFailed(Exception):
    """A call did not return, so the case ends here."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Caller(Protocol):
    """Where calls go: to the reference, to a plan's replies, or to the student's process."""

    def call(self, target: Target, args: Sequence[Any], named: dict[str, Any], show_arguments: bool) -> Reply:
        """Make one call."""
        ...

    def touched(self) -> None:
        """A check looked at a reply, so its course may depend on it."""
        ...


class Reply(np.lib.mixins.NDArrayOperatorsMixin):
    """What a call came back with: numbers that behave as a numpy array, or an object that stays in the worker.

    Passed straight to `expect`, it is not looked at; everything else counts as looking at it.
    """

    def __init__(self, outcome: Outcome, origin: Ref, caller: Caller) -> None:
        self._outcome = outcome
        self._origin = origin
        self._caller = caller

    def _value(self) -> Any:
        self._caller.touched()
        data = data_of(self._outcome)
        if not isinstance(data, list):
            return data
        try:
            return as_array(data)
        except Mismatch:
            return data

    def __call__(self, *args: Any, **named: Any) -> Reply:
        return self._method("__call__")(*args, **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._method(name) if isinstance(self._outcome, Handle) else getattr(self._value(), name)

    def _method(self, name: str) -> Function:
        if isinstance(self._outcome, Failure):
            raise CallFailed(self._outcome)
        if isinstance(self._outcome, Value):
            raise Mismatch(f"returned {described(self._outcome.data)}, expected an object that can be called")
        return Function(self._caller, (self._origin, name))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self._value(), dtype=dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        values = [one._value() if isinstance(one, Reply) else one for one in inputs]
        return getattr(ufunc, method)(*values, **options)

    def __float__(self) -> float:
        return float(as_array(self._value()).item())

    def __int__(self) -> int:
        return int(as_array(self._value()).item())

    def __bool__(self) -> bool:
        return bool(self._value())

    def __len__(self) -> int:
        return len(self._value())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._value())

    def __getitem__(self, key: Any) -> Any:
        return self._value()[key]

    def __repr__(self) -> str:
        return f"Reply({self._outcome!r})"

    __hash__ = object.__hash__


def outcome_behind(reply: Reply) -> Outcome:
    """The outcome, without counting as a look."""
    return reply._outcome


def origin_of(reply: Reply) -> Ref:
    """Which call the reply is the result of."""
    return reply._origin


def data_of(outcome: Outcome) -> Any:
    """The data of an outcome.

    Raises:
        CallFailed: there is none because the call did not return.
        Mismatch: there is none because the call returned an object.
    """
    if isinstance(outcome, Failure):
        raise CallFailed(outcome)
    if isinstance(outcome, Handle):
        raise Mismatch(f"returned an object of type {outcome.type_name}, expected numbers")
    return outcome.data


class Function:
    """A function or method of the student's; calling it is a call into the sandbox."""

    def __init__(self, caller: Caller, target: Target) -> None:
        self._caller = caller
        self._target = target

    def __call__(self, *args: Any, **named: Any) -> Reply:
        return self._caller.call(self._target, args, named, False)

    def arguments_after(self, *args: Any) -> Reply:
        """The arguments as they are after a call, an array with its flags (C-contiguous, writeable)."""
        return self._caller.call(self._target, args, {}, True)


class Module:
    """A module of the student's."""

    def __init__(self, caller: Caller, name: str) -> None:
        self._caller = caller
        self._name = name

    def __getattr__(self, name: str) -> Function:
        if name.startswith("__"):
            raise AttributeError(name)
        return Function(self._caller, (self._name, name))


class Student:
    """All modules of a submission, or of the reference."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def __getattr__(self, name: str) -> Module:
        if name.startswith("__"):
            raise AttributeError(name)
        return Module(self._caller, name)
