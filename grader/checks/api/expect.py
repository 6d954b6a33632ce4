"""What a check claims about replies; the claims of a case are judged together, after its body has run."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from grader.atoms import NUMBERS
from grader.checks.api.reply import Caller, Reply
from grader.checks.api.reply_data import as_reply_data, hashable
from grader.checks.api.steps import Step
from grader.checks.api.student import Function
from grader.model.arrays import Array, Mismatch, as_array, in_shape
from grader.model.data import canonical, is_beyond_floats, is_numeric, with_ratios
from grader.wire import ARGUMENTS, COST, EFFECTS, RAISES

# So often a cost is measured before it is too high: what else runs on the machine disturbs a single time.
_TRIES = 3
_AS_IN = "`expect.raises(ValueError, student.m.root, -1.0)`"
_FUNCTION_FIRST = (
    f"expected a function of the submission's, or of a library, and its arguments after it, as in {_AS_IN} or "
    "`expect.raises(TypeError, operator.add, x, None)`"
)


@dataclass(frozen=True)
class Numbers:
    """`actual` equals `expected` within the check's tolerance, or exactly."""

    actual: Any
    expected: Array
    scale: Array | None
    exact: bool
    why: str


@dataclass(frozen=True)
class Data:
    """`actual` equals `expected`, which is more than numbers in one shape: text, dictionaries, lists of those.

    Args:
        expected: as `grader.model.data` makes it canonical.
        exact: numbers in it are equal too; else within the check's tolerance.
    """

    actual: Any
    expected: Any
    exact: bool
    why: str


@dataclass(frozen=True)
class Either:
    """`actual` is one of several answers, as a whole.

    Args:
        choices: claims about each of them, without what they are about.
    """

    actual: Any
    choices: tuple[Numbers | Data, ...]
    why: str


@dataclass(frozen=True)
class Fact:
    """A sentence that holds or does not."""

    holds: bool
    why: str


@dataclass(frozen=True)
class Unchanged:
    """The arguments shown after a call are what they were before it.

    Args:
        before: arrays of numbers; None where the worker tells it: of other data, of what an earlier call returned.
    """

    actual: Any
    before: tuple[Array | None, ...]


Claim = Numbers | Data | Either | Fact | Unchanged


class Expect:
    """Collects the claims of one case.

    Args:
        caller: whose replies are judged later, by their place; those of others are looked at.
    """

    def __init__(self, caller: Caller) -> None:
        self.claims: list[Claim] = []
        self._caller = caller

    def _claim(self, claim: Claim) -> None:
        self.claims.append(claim)
        self._caller.note_claim()

    def close(self, actual: Any, expected: Any, *, scale: Any = None, why: str = "") -> None:
        """`actual` is numbers of exactly `expected`'s shape, each within the check's tolerance.

        Of other data (dictionaries, lists with text, …) the numbers are within the tolerance, and the rest is equal.
        Where the tolerance is nothing, a fraction and an integer of any length are what they are, as for `equal`.

        Args:
            scale: natural size of the terms behind each number, broadcastable to `expected`; then the bound is
                `atol + rtol * scale` instead of `atol + rtol * |expected|`.
            why: one clause that is shown with a failure.
        """
        self._claim(_equality(self._subject(actual), expected, scale, False, why))

    def close_to_any(self, actual: Any, expected: Iterable[Any], *, scale: Any = None, why: str = "") -> None:
        """`actual` is close to one of several answers, as `close` understands it: to a whole one, not to parts of them.

        Raises:
            ValueError: there is no answer to be close to.
        """
        choices = tuple(_equality(None, each, scale, False, "") for each in expected)
        if not choices:
            raise ValueError("close_to_any expects at least one answer, got none")
        self._claim(Either(self._subject(actual), choices, why))

    def equal(self, actual: Any, expected: Any, *, why: str = "") -> None:
        """`actual` equals `expected`: numbers (7.0 equals 7), text, bytes, None, lists, sets, dictionaries of these.

        Lists and tuples are alike. None and False are no numbers where they are expected. A fraction, a decimal and an
        integer of any length are equal as Python has it, not as the floats next to them are.
        """
        self._claim(_equality(self._subject(actual), expected, None, True, why))

    def call(self, function: Function, *args: Any, **named: Any) -> Called:
        """Call `function`; its result, and its arguments as they are after the call."""
        return Called(self._callable(function)._call(args, named, EFFECTS))

    def raises(self, error: Any, function: Function, *args: Any, **named: Any) -> None:
        """Calling `function` raises `error`: an exception's class, or one of a tuple of them.

        The class may be Python's, a library's or the submission's (`student.m.EpisodeOver`). A function that is not
        written yet (NotImplementedError) earns nothing, unless that is the class.
        """
        classes = error if isinstance(error, tuple) else (error,)
        for each in classes:
            if not isinstance(each, Reply) and not (isinstance(each, type) and issubclass(each, BaseException)):
                raise TypeError(f"expect.raises expects an exception's class first, as in {_AS_IN}, got {each!r}")
        self.equal(self._callable(function)._call((error, *args), named, RAISES), True)

    def true(self, condition: Any, why: str) -> None:
        """`condition` holds; `why` is the sentence that is shown where it does not."""
        self._claim(Fact(bool(condition), why))

    def array(self, reply: Any, shape: tuple[int, ...] | None = None) -> Array:
        """The reply as a float64 or complex128 array; the case ends as failed where it is none or of another shape."""
        data = plain(reply)
        return as_array(data) if shape is None else in_shape(data, tuple(shape))

    def scalar(self, reply: Any) -> float:
        """The reply as one number; the case ends as failed where it is none."""
        array = in_shape(plain(reply), ())
        if array.dtype.kind == "c" and array.imag != 0:
            raise Mismatch(f"returned the complex number {array.item()!r}, expected a real one")
        return float(array.real)

    def _callable(self, function: Any) -> Reply:
        """The function that a claim is about, which is called in the sandbox; a library's is named there."""
        if isinstance(function, Reply):
            return function
        is_error = isinstance(function, type) and issubclass(function, BaseException)
        if is_error or not callable(function) or _is_of_a_check(function):
            raise TypeError(f"{_FUNCTION_FIRST}, got {function!r}")
        return self._caller.call(Step.on("read", function))

    def _subject(self, actual: Any) -> Any:
        """What a claim is about: of a reply what it is now, unseen."""
        if isinstance(actual, Reply) and actual._caller is self._caller:
            return actual._caller.read(actual._get())
        value = plain(actual)
        return value.copy() if isinstance(value, np.ndarray) else value  # the check may go on with it

    def within_time(self, function: Function, *args: Any, of: Function, times: float, why: str = "") -> None:
        """A call takes at most `times` as much processor time as the same call `of` the reference, made beside it."""
        self._within((0, "processor time", 1e-4), (function, of), args, times, why)

    def within_memory(self, function: Function, *args: Any, of: Function, times: float, why: str = "") -> None:
        """A call takes at most `times` as much memory of Python's and numpy's as the same call `of` the reference."""
        self._within((1, "memory", 1e5), (function, of), args, times, why)

    def _within(
        self, cost: tuple[int, str, float], pair: tuple[Function, Function], args: Any, times: float, why: str
    ) -> None:
        part, what, negligible = cost
        ratio = math.inf
        for _ in range(_TRIES):
            own, wanted = (plain(self._callable(one)._call(args, {}, COST))[part] for one in pair)
            ratio = min(ratio, own / max(wanted, negligible))
            if ratio <= times:
                break
        told = f"took {ratio:.2g} times the {what} of the model answer, expected at most {times:g} times"
        self._claim(Fact(ratio <= times, f"{pair[0]!r} {told}{f' ({why})' if why else ''}"))

    def unchanged(self, function: Function, *args: Any) -> None:
        """Calling `function` leaves its arguments as they were, be they arrays (with shape and flags) or other data."""
        shown = self._subject(self._callable(function)._call(args, {}, ARGUMENTS))
        self._claim(Unchanged(shown, tuple(map(known_array, args))))


class Called:
    """A call that was made, with what it did to its arguments.

    Args:
        effects: what stands for it in the sandbox.
    """

    def __init__(self, effects: Reply) -> None:
        self._effects = effects

    @property
    def result(self) -> Reply:
        """What it returned."""
        return self._part("result")

    @property
    def args(self) -> Reply:
        """The arguments by position, as they are now."""
        return self._part("args")

    @property
    def named(self) -> Reply:
        """The arguments by name, as they are now."""
        return self._part("named")

    def _part(self, name: str) -> Reply:
        return self._effects._caller.call(Step.on("get", self._effects, name))


def _is_of_a_check(function: Any) -> bool:
    """Whether it was written in a course's file: a lambda, say."""
    home = getattr(function, "__module__", None) or ""
    return isinstance(function, FunctionType) and home.partition(".")[0] not in {
        *sys.stdlib_module_names,
        "numpy",
        "torch",
    }


def known_array(value: Any) -> Array | None:
    """A copy of an array of numbers, since the check may go on with it."""
    return value.copy() if isinstance(value, np.ndarray) and value.dtype.kind in NUMBERS else None


def _equality(actual: Any, expected: Any, scale: Any, exact: bool, why: str) -> Numbers | Data:
    """The claim that something equals `expected`, which is laid down here."""
    wanted = plain(expected)
    if isinstance(wanted, np.ndarray) and wanted.flags.writeable:
        wanted = wanted.copy()  # the check may go on with it
    if scale is None and is_beyond_floats(wanted):
        return Data(actual, with_ratios(canonical(wanted)), exact, why)
    is_array = isinstance(wanted, np.ndarray) and wanted.ndim and wanted.dtype.kind in "iufc"
    if not is_array and type(wanted) not in (int, float) and not is_numeric(known := canonical(wanted)):
        return Data(actual, known, exact, why)
    array = as_array(wanted)
    size = None if scale is None else np.broadcast_to(np.abs(as_array(plain(scale))), array.shape)
    return Numbers(actual, array, size, exact, why)


def plain(value: Any) -> Any:
    """`value` with a reply looked at, a tensor as an array, a tuple as a list."""
    if isinstance(value, Reply):
        return value._now()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return type(value)(map(_plain_key, value))
    return as_reply_data(value)


def _plain_key(value: Any) -> Any:
    """What can be hashed, with a reply looked at."""
    if isinstance(value, tuple):
        return tuple(map(_plain_key, value))
    return hashable(value._now()) if isinstance(value, Reply) else value
