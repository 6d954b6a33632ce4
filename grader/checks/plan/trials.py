"""Runs a course's own Python in processes of its own before the command does: what would end it, and what does not
repeat, is told with its place."""

from __future__ import annotations

import contextlib
import importlib
import math
import mmap
import struct
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from grader.checks.check import Reference
from grader.checks.examples.cases import CheckFunction
from grader.checks.examples.drawing import other_randomness
from grader.checks.examples.given import matches_reference, parameters_of
from grader.checks.plan.packing import pack
from grader.checks.plan.planning import Planned, ReferenceFails, plan_check
from grader.checks.plan.repeating import Trace, difference
from grader.course.isolated_runs import Cut, RunLimits, allow_cpu, run_forked
from grader.course.loading import load_checks, load_reference, reference_sources
from grader.course.watched import ENOUGH_CPU_S, ENOUGH_S, Stopped, own_place, watch_course_code
from grader.errors import Fault, RubricError
from grader.rubric import CheckSpec
from grader.sandbox.local import LocalSession
from grader.wire import NotData
from grader.worker.loading import ModuleSet
from grader.worker.worker import set_random_states

T = TypeVar("T")
R = TypeVar("R")

# What the course's Python may use in a process of its own; what is slow is stopped from within, and told better.
_MEMORY_MIB = 4096
# The second time, as many cases are compared as fit into this.
_AGAIN_S = 5.0
_OTHER_SEED = 4_294_967_000


@dataclass(frozen=True)
class Origin:
    """Where the Python of an assignment lies, what is drawn from it, and what it may use.

    Args:
        modules: those that the assignment offers.
        wall_s: seconds for one check.
        cpu_s: seconds of processor time for one check.
    """

    python: Path
    reference: Path
    seed: int
    modules: tuple[str, ...]
    wall_s: float
    cpu_s: float

    def load(self) -> CourseCode:
        """Run the rubric's Python file and the modules of the model answer.

        Raises:
            RubricError: one of them does not run.
        """
        return CourseCode(self, load_checks(self.python), load_reference(self.reference))


@dataclass(frozen=True)
class CourseCode:
    """The Python of an assignment, loaded: the functions of its rubric, and its model answer."""

    origin: Origin
    named: Mapping[str, Any]
    modules: ModuleSet

    def function(self, spec: CheckSpec) -> CheckFunction:
        """What hypothesis draws the cases of a check for."""
        if spec.matches_reference is None:
            function: CheckFunction = self.named[spec.function or spec.id]
            return function
        order = parameters_of(self.modules.function(spec.matches_reference))
        return matches_reference(spec.matches_reference, spec.given, self.named, order)

    def plan(self, spec: CheckSpec, is_enough: Callable[[], bool] = lambda: False) -> Planned:
        """A check made ready.

        Args:
            is_enough: see `plan`.

        Raises:
            ReferenceFails: the model answer does not earn the points.
            Stopped: it does not come to an end.
        """
        student, reference = LocalSession(self.modules), Reference(LocalSession(self.modules))
        origin = self.origin
        with watch_course_code(
            origin.python.parent, origin.reference, wall_s=origin.wall_s, cpu_s=origin.cpu_s
        ) as stop:
            return plan_check(
                spec, self.function(spec), origin.seed, student, reference, self.modules.tree,
                modules=self.modules.names, is_enough=lambda: bool(stop.after) or is_enough(),
            )  # fmt: skip


@dataclass(frozen=True)
class Preparation:
    """How it went to make a check ready.

    Args:
        data: the check as bytes; None where it holds objects.
        refusal: why it cannot be used, in words for its author.
        is_endless: that it does not come to an end, so that others that use the same code need not be tried.
    """

    data: bytes | None = None
    trace: Trace = ()
    refusal: str = ""
    is_endless: bool = False


def _own(origin: Origin, cut: Cut) -> str:
    return own_place(cut.places, (origin.python.parent, origin.reference))


def try_loading(origin: Origin) -> None:
    """Load an assignment's Python in a process of its own.

    Raises:
        RubricError: it does not run, or ends the process.
    """
    _import_offered(origin)
    for _, outcome in _in_processes(origin, lambda _: _faults_of_loading(origin), [None], 1):
        if isinstance(outcome, Cut):
            file, _, line = (_own(origin, outcome) or f"{origin.python}:1").rpartition(":")
            raise RubricError([Fault(file, int(line), "", _describe_end(outcome, ""))])
        if outcome:
            raise RubricError(outcome)


def _import_offered(origin: Origin) -> None:
    """What the course's Python imports is imported once, and not in each process."""
    sources = [
        data if isinstance(data, bytes) else data.encode() for data in reference_sources(origin.reference).values()
    ]
    sources += [origin.python.read_bytes()] if origin.python.is_file() else []
    for name in origin.modules:
        if any(name.encode() in source for source in sources):
            with contextlib.suppress(Exception):  # told when the course's Python imports it
                importlib.import_module(name)


def _faults_of_loading(origin: Origin) -> tuple[Fault, ...]:
    try:
        origin.load()
    except RubricError as error:
        return error.faults
    return ()


def try_out(
    code: CourseCode, specs: Sequence[CheckSpec], report: Callable[[int, str], None]
) -> tuple[dict[str, Preparation], dict[str, str]]:
    """Make checks ready twice, in two processes with other global generators.

    The second process loads the modules anew, and takes the checks from the last to the first: so what a model answer
    keeps from call to call is seen as well.

    Args:
        report: is told how many have been made ready, and which one is next.

    Returns:
        the trials by check, and why some are refused.
    """
    steps = _Steps(specs)
    trials: dict[str, Preparation] = {}
    again: dict[str, Preparation] = {}
    for is_again, outcome in _in_processes(
        code.origin, lambda again: _pass(code, specs, steps, is_again=again), [True, False], len(specs),
        tick=lambda: report(*steps.current(is_again=False)),
    ):  # fmt: skip
        if isinstance(outcome, Cut):
            return trials, {steps.current(is_again=is_again)[1]: _describe_end(outcome, _own(code.origin, outcome))}
        trials, again = (trials, outcome) if is_again else (outcome, again)
        if endless := {name: trial.refusal for name, trial in outcome.items() if trial.is_endless}:
            return trials, endless
        if refused := {name: trial.refusal for name, trial in trials.items() if trial.refusal}:
            return trials, refused
    refusals = ((name, one.refusal or difference(trials[name].trace, one.trace)) for name, one in again.items())
    return trials, {name: refusal for name, refusal in refusals if refusal}


class _Steps:
    """Which check each of the two processes is at, for both and for their parent to see."""

    def __init__(self, specs: Sequence[CheckSpec]) -> None:
        self._names = [spec.id for spec in specs]
        self._shared = mmap.mmap(-1, 16)

    def begin(self, spec: CheckSpec, *, is_again: bool) -> None:
        """This check is next."""
        struct.pack_into("Q", self._shared, 8 * is_again, self._names.index(spec.id))

    def current(self, *, is_again: bool) -> tuple[int, str]:
        """Its number and name."""
        [index] = struct.unpack_from("Q", self._shared, 8 * is_again)
        return index, self._names[index]


def _pass(code: CourseCode, specs: Sequence[CheckSpec], steps: _Steps, *, is_again: bool) -> dict[str, Preparation]:
    """Each check once; where all has been done already, as if by another machine and in another order."""

    def each(specs: Iterable[CheckSpec], enough_s: float) -> Iterator[tuple[str, Preparation]]:
        for spec in specs:
            steps.begin(spec, is_again=is_again)
            set_random_states(_OTHER_SEED if is_again else code.origin.seed)
            allow_cpu(1.2 * max(code.origin.cpu_s, ENOUGH_CPU_S))  # what is not stopped from within ends here
            made = trial(code, spec, enough_s)
            yield spec.id, made
            if made.is_endless:
                return

    if not is_again:
        return dict(each(specs, math.inf))
    set_random_states(_OTHER_SEED)
    code = code.origin.load()
    with other_randomness():
        before = dict(each(specs, 0.0))  # what keeps something from call to call has something to keep
        if any(made.is_endless for made in before.values()):
            return before
        return {name: replace(found, data=None) for name, found in each(reversed(specs), _AGAIN_S)}


def trial(code: CourseCode, spec: CheckSpec, enough_s: float = math.inf) -> Preparation:
    """Make a check ready, in this process.

    Args:
        enough_s: after this, no more cases are begun.
    """
    end = time.monotonic() + enough_s
    try:
        made = code.plan(spec, lambda: time.monotonic() > end)
    except Exception as error:
        return Preparation(refusal=refusal_of(error), is_endless=isinstance(error, Stopped) and error.is_endless)
    try:
        return Preparation(pack(made.check), made.trace)
    except NotData:
        return Preparation(None, made.trace)


def refusal_of(error: Exception) -> str:
    """Why a check cannot be made ready; its strategies are ordinary code, which may raise anything."""
    if isinstance(error, Stopped):
        return f"{error}, at {error.place}" if error.place else str(error)
    return str(error) if isinstance(error, ReferenceFails) else f"{type(error).__name__}: {error}"


def _describe_end(cut: Cut, place: str) -> str:
    """How the course's Python ended its process."""
    where = f" at {place}" if place else ""
    if cut.reason == "timeout" and cut.end != "SIGKILL":
        return f"it does not come to an end{where}: it was stopped"
    return (
        f"it ends the whole process ({cut.end}){where}: a crash in compiled code, too much memory, or something that "
        "leaves Python; nothing can catch that, so what is called there has to go"
    )


def _in_processes(
    origin: Origin, work: Callable[[T], R], items: Sequence[T], n_steps: int, tick: Callable[[], None] = lambda: None
) -> Iterator[tuple[T, R | Cut]]:
    """What `work` returns for each item; in this process, where there is no fork to be trusted."""
    if sys.platform != "linux":
        yield from ((item, work(item)) for item in items)
        return
    limits = RunLimits(1.2 * n_steps * max(origin.wall_s, ENOUGH_S), _MEMORY_MIB)  # most is stopped from within, before
    yield from run_forked(work, items, limits=lambda _: limits, workers=len(items), tick=tick)
