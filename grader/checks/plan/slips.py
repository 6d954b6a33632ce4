"""What slipped an author of checks: the words for it, the line where it stands, and what to write instead."""

from __future__ import annotations

import difflib
import inspect
import re
import traceback
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis.strategies import SearchStrategy

from grader.checks.api.expect import Expect
from grader.checks.check import OFFERED
from grader.checks.examples.cases import CheckFunction, body_of, is_drawn
from grader.errors import display
from grader.model.outcome import Failure

_GIVEN = "`@given(x=st.floats(0, 1))` above the check"
_CLAIMS = sorted(name for name in vars(Expect) if not name.startswith("_"))
NO_CLAIM = (
    "a check claims by expect.close(actual, expected), expect.equal(…) or expect.true(condition, why); what it returns "
    "or asserts says nothing"
)


def signature_slip(function: CheckFunction) -> str:
    """What is wrong with a check's arguments; empty where nothing is."""
    if function.__qualname__.startswith("given."):
        return f"`@given` stands without what it draws: write {_GIVEN}"
    body, left = inspect.signature(body_of(function)).parameters, inspect.signature(function).parameters
    taken = [name for name in ("student", "expect") if name in body and name not in left]
    if is_drawn(function) and taken:
        return f"`@given` draws its {taken[0]}, since what has no name there fills the last arguments: write {_GIVEN}"
    for name, parameter in left.items():
        if name in OFFERED or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if isinstance(parameter.default, SearchStrategy):
            drawn = f"`@given({name}={parameter.default!r})`"
            return f"its argument {name} has a strategy as default, which nothing draws from: write {drawn} above it"
        if parameter.default is parameter.empty:
            near = difflib.get_close_matches(name, OFFERED, 1)
            meant = f"; did you mean {near[0]}?" if near else f": write `@given({name}=…)` above it"
            return f"it asks for {name}, which nothing gives: it gets {', '.join(OFFERED)} and what @given draws{meant}"
    return ""


def place_in_check(body: CheckFunction, line: int) -> str:
    """`rubrics/a2.py:12`."""
    return f"{display(Path(body.__code__.co_filename))}:{line}"


def error_text(error: BaseException, body: CheckFunction, modules: Collection[str] = ()) -> str:
    """What a check's own code raised: what, where, and a way out where one is known."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _file(body)]
    where = f", at {place_in_check(body, lines[-1])}" if lines and lines[-1] else ""
    said = f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
    hint = next((hint for fits, hint in _HINTS if fits(error)), None)
    told = hint(error) if callable(hint) else hint or ""
    if isinstance(error, ModuleNotFoundError) and error.name in modules:
        told = f"the model answer is `reference.{error.name}`, for a check that has `reference` among its arguments"
    return f"{said}{where}{'; ' + told if told else ''}"


def drawing_text(error: BaseException) -> str:
    """What hypothesis says of strategies, and what to write."""
    said = " ".join(str(error).split())
    if type(error).__name__ == "Unsatisfiable":
        return "no input meets the `.filter()` of its strategies, so that there is nothing to try: draw what is wanted"
    if not type(error).__module__.startswith("hypothesis"):
        return f"{type(error).__name__}: {said}"
    got = re.search(r"got (\w+)=(.*) \(type=(\w+)\)", said)
    way_out = ""
    if got:
        is_function = got[3] in ("function", "method", "type")
        way_out = (
            "; call what makes the strategy, as in `st.floats()`" if is_function else f"; write `st.just({got[2]})`"
        )
    return f"its strategies: {said}{way_out}"


def fact_slip(body: CheckFunction) -> str:
    """What Python's words about identity and classes do not say of a reply."""
    try:
        text = inspect.getsource(body)
    except (OSError, TypeError):
        return ""
    if not re.search(r"\bis (not )?(None|True|False)\b|\bisinstance\(|\btype\(", text):
        return ""
    return (
        "; of what a submission returned `is`, `type` and isinstance with a class of Python's say nothing: write "
        "expect.equal(actual, None), or compare `.dtype` and `.shape`"
    )


def missing_slip(failure: Failure, modules: Collection[str], defining: Callable[[str], str]) -> str:
    """What a name that is not there was meant to be.

    Args:
        defining: the module that has a function of this name, or nothing.
    """
    module = re.fullmatch(r"no file (.+)\.py", failure.message)
    if module:
        name = module[1].replace("/", ".")
        if home := defining(name):
            return f"; {name} is in {home}.py: write student.{home}.{name}, or reference.{home}.{name}"
        near = difflib.get_close_matches(name, modules, 1)
        return f"; did you mean {near[0]}?" if near else f"; the model answer has {', '.join(sorted(modules))}"
    name = failure.message.rpartition(" has no ")[2]
    near = difflib.get_close_matches(name, failure.names, 1)
    return f"; did you mean {near[0]}?" if near else ""


def _file(body: CheckFunction) -> str:
    return body.__code__.co_filename


def _of_expect(error: BaseException) -> str:
    name = re.search(r"Expect\.(\w+)\(\)", str(error))
    if name is None or name[1] not in _CLAIMS:
        return ""
    asked = [_argument_text(one) for one in list(inspect.signature(getattr(Expect, name[1])).parameters.values())[1:]]
    tolerance = re.search(r"'(rtol|atol|equal_nan|tol|measure)'", str(error))
    return f"write expect.{name[1]}({', '.join(asked)})" + (
        f"; {tolerance[1]} stands in the rubric's YAML" if tolerance else ""
    )


def _argument_text(one: inspect.Parameter) -> str:
    """An argument as a call has it: what goes by its name alone, with it."""
    return f"{one.name}=…" if one.kind is one.KEYWORD_ONLY else str(one).partition(":")[0]


def _of_a_missing_claim(error: BaseException) -> str:
    near = difflib.get_close_matches(getattr(error, "name", ""), _CLAIMS, 1, 0.5)
    return f"did you mean expect.{near[0]}?" if near else f"expect has {', '.join(_CLAIMS)}"


def _raises(kind: type | str, *words: str) -> Callable[[BaseException], bool]:
    def fits(error: BaseException) -> bool:
        is_kind = type(error).__name__ == kind if isinstance(kind, str) else isinstance(error, kind)
        return is_kind and all(word in str(error) for word in words)

    return fits


def _asks_numpy(error: BaseException) -> bool:
    return isinstance(error, AttributeError) and isinstance(error.obj, np.ndarray | np.generic)


_NO_ASSUMING = "inputs are drawn before a check runs: draw what is wanted, as by `.filter(…)` of the strategy"
_NO_DRAWING = "strategies are drawn before a check runs: in place of st.data() write a function with @st.composite"
_READ_ONLY = "what is drawn is the same for all students and cannot be changed: work on x.copy()"
_AS_PYTHONS = "what a call returned stands for its value: where Python wants its own, write str(…), int(…) or list(…)"
# What fits an error, and the way out.
_HINTS: tuple[tuple[Callable[[BaseException], bool], Any], ...] = (
    (_asks_numpy, "what a check computes from replies are numpy's numbers, without a graph: let provided/ compute it"),
    (lambda error: isinstance(error, AttributeError) and isinstance(error.obj, Expect), _of_a_missing_claim),
    (_raises(TypeError, "Expect.", "()"), _of_expect),
    (_raises(TypeError, "'Expect' object is not callable"), "write expect.true(condition, why)"),
    (_raises(TypeError, "arg 1 must be a class"), "ask for a class of the submission's: issubclass(x, student.m.Net)"),
    (_raises(TypeError, "Reply"), _AS_PYTHONS),
    (_raises(TypeError, "Rational instances"), _AS_PYTHONS),
    (_raises("UnsatisfiedAssumption"), _NO_ASSUMING),
    (_raises("InvalidArgument"), _NO_DRAWING),
    (_raises(AssertionError), "write expect.true(condition, why) or expect.close(actual, expected), not assert"),
    (_raises(ValueError, "read-only"), _READ_ONLY),
    (_raises(FileNotFoundError), "a check runs where the command was given: take paths from Path(__file__).parent"),
)  # fmt: skip
