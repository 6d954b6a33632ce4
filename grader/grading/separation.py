"""Which checks share a process: those of a question that share modules, what may be read now before what may not.

What a module sets for its whole process (a library's defaults, random states, a function put in another's place) ends
with the process, so that it never reaches another question, whatever it was. And what a student reads at some time
comes from processes that held nothing, and were asked nothing, of a check that is shown later or never. Nor does it
come after one: time used up, modules asked for and processes started are seen by whoever comes next, so all checks of
a submission that are shown now are run before all that are shown after the due date, and so on.

Where modules are beyond doubt to leave nothing behind (`grader.worker.traceless`), there is nothing to be kept apart,
and their questions share one process; until it ends for want of memory, or by a crash, under one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.assignment import Assignment
from grader.model.record import Visibility
from grader.rubric import CheckSpec
from grader.rubric.writeup_keys import MatrixSpec
from grader.sandbox import Session

# Which are shown first; what is never shown comes last.
_SHOWN: tuple[Visibility, ...] = ("visible", "after_due_date", "after_published", "hidden")
# A question, and one of the modules that those who share a process reach.
Group = tuple[str, str]
# Of whatever leaves no trace.
_TRACELESS: Group = ("", "")


def modules_of(assignment: Assignment, spec: CheckSpec) -> tuple[str, ...]:
    """The modules of a submission that a check calls."""
    if spec.id in assignment.checks:
        return assignment.checks[spec.id].plan.modules
    if isinstance(spec.writeup, MatrixSpec) and spec.writeup.code is not None:
        return (spec.writeup.code.call.rpartition(".")[0],)
    return ()


def groups(assignment: Assignment) -> dict[str, Group]:
    """By check, the group whose process it shares.

    Those that may be read now are joined by each other alone: whether hidden ones are run as well changes nothing.
    """
    found: dict[str, Group] = {}
    for question in assignment.rubric.questions:
        modules = {spec.id: modules_of(assignment, spec) for spec in question.checks}
        first = _join([modules[spec.id] for spec in question.checks if spec.visibility == "visible"])
        for check, named in modules.items():
            found[check] = question.id, "+".join(sorted({first.get(name, name) for name in named}))
    return found


def _join(sets: Sequence[Sequence[str]]) -> dict[str, str]:
    """Each name with the first of those that it is joined to by sets that overlap."""
    first: dict[str, str] = {}
    for names in sets:
        met = {first.setdefault(name, name) for name in names}
        first = {name: min(met) if of in met else of for name, of in first.items()}
    return first


def turn(spec: CheckSpec) -> int:
    """How soon students may read what a check says, those that they may read now first."""
    return _SHOWN.index(spec.visibility)


def turns(specs: Sequence[CheckSpec]) -> list[list[CheckSpec]]:
    """The checks by their turn, each in the given order."""
    return [[spec for spec in specs if spec.visibility == visibility] for visibility in _SHOWN]


@dataclass
class _Process:
    session: Session
    turn: int = 0


class Separation:
    """The sessions of one submission, by group; a process that holds much is not kept beside those of other questions.

    Args:
        of: the group of each check.
        whole: the submission's own session, of which each group gets a part.
        is_run: whether code is to be run at all, so that it is worth reading.
    """

    def __init__(self, assignment: Assignment, of: Mapping[str, Group], whole: Session, *, is_run: bool = True) -> None:
        self._groups = of
        self._whole = whole
        self._is_run = is_run
        self._modules: dict[Group, frozenset[str]] = {}
        for spec in assignment.rubric.checks:
            named = self._modules.get(of[spec.id], frozenset())
            self._modules[of[spec.id]] = named.union(modules_of(assignment, spec))
        self._parted: set[Group] = set()
        self._open: dict[Group, _Process] = {}
        self._question = ""

    def session(self, spec: CheckSpec) -> Session:
        """The session for a check."""
        question, key = self._groups[spec.id][0], self._key(spec)
        if question != self._question:
            self._question = question
            for other in [one for one in self._open if one != key and not self._open[one].session.is_light]:
                self._open.pop(other).session.close()
        if key in self._open and self._open[key].turn > turn(spec):
            self._open.pop(key).session.close()
        process = self._process(key)
        process.turn = turn(spec)
        return process.session

    def is_traceless(self, spec: CheckSpec) -> bool:
        """Whether a check shares the process of all that leave no trace."""
        group = self._groups[spec.id]
        return group in self._traceless and group not in self._parted

    def part(self, spec: CheckSpec) -> None:
        """Give a check's group a process of its own from now on."""
        self._parted.add(self._groups[spec.id])

    def count(self, specs: Iterable[CheckSpec]) -> int:
        """How many processes some checks take."""
        return len({self._key(spec) for spec in specs})

    @cached_property
    def _traceless(self) -> frozenset[Group]:
        asked = sorted(frozenset[str]().union(*self._modules.values()))
        found = self._whole.traceless(asked) if asked and self._is_run else frozenset()
        return frozenset(group for group, named in self._modules.items() if named and named <= found)

    def _key(self, spec: CheckSpec) -> Group:
        return _TRACELESS if self.is_traceless(spec) else self._groups[spec.id]

    def _process(self, key: Group) -> _Process:
        if key not in self._open:
            self._open[key] = _Process(self._whole.apart())
        return self._open[key]
