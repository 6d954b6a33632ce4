"""Which checks share a process: those of a question that share modules, what may be read now before what may not.

What a module sets for its whole process (a library's defaults, random states, a function put in another's place) ends
with the process, so that it never reaches another question, whatever it was. And what a student reads at some time
comes from processes that held nothing, and were asked nothing, of a check that is shown later or never. Nor does it
come after one: time used up, modules asked for and processes started are seen by whoever comes next, so all checks of
a submission that are shown now are run before all that are shown after the due date, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.assignment import Assignment
from grader.model.record import Visibility
from grader.rubric import CheckSpec
from grader.rubric.writeup_keys import MatrixSpec
from grader.sandbox import Session

# Which are shown first; what is never shown comes last.
_SHOWN: tuple[Visibility, ...] = ("visible", "after_due_date", "after_published", "hidden")
# A question, and one of the modules that those who share a process reach.
Group = tuple[str, str]


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
        whole: the submission's own session, of which each group gets a part.
    """

    def __init__(self, of: Mapping[str, Group], whole: Session) -> None:
        self._groups = of
        self._whole = whole
        self._open: dict[Group, _Process] = {}
        self._question = ""

    def session(self, spec: CheckSpec) -> Session:
        """The session for a check."""
        group = self._groups[spec.id]
        if group[0] != self._question:
            self._question = group[0]
            for other in [one for one in self._open if one[0] != group[0] and not self._open[one].session.is_light]:
                self._open.pop(other).session.close()
        if group in self._open and self._open[group].turn > turn(spec):
            self._open.pop(group).session.close()
        process = self._process(group)
        process.turn = turn(spec)
        return process.session

    def _process(self, group: Group) -> _Process:
        if group not in self._open:
            self._open[group] = _Process(self._whole.apart())
        return self._open[group]
