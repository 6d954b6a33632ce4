"""A rubric as the rest of grader sees it: questions, checks, exact points and limits, with no trace of YAML."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grader.model.budget import Budget
from grader.model.record import Part, Visibility
from grader.model.tolerance import Tier, Tolerance
from grader.rubric.late import Attempts, LateRules

if TYPE_CHECKING:
    from grader.rubric.writeup_keys import Kind

# What the bundled handout promises: "right to a relative 1e-6, with an absolute part of 1e-9". Sums of up to a thousand
# float64 terms stay a thousandfold within it; arithmetic in float32, with its unit of 6e-8, soon does not.
DEFAULT_TOLERANCE = Tolerance((Tier(1e-6, 1e-9),))


@dataclass(frozen=True)
class CheckSpec:
    """One check as the rubric has it; `points` is exact, `line` is where it begins in the file.

    A code check has `function`, of the rubric's Python, or `matches_reference`, a `module.function` of the reference
    with the strategies or array specs of its arguments in `given`. A write-up check has a `kind` and, in `options` as
    written and in `writeup` as read, the keys of that kind; without any, a person looks at the answer.
    Without a tolerance in the rubric, `DEFAULT_TOLERANCE` holds.
    """

    id: str
    points: Fraction
    function: str | None = None
    matches_reference: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    examples: int = 50
    tolerance: Tolerance = DEFAULT_TOLERANCE
    visibility: Visibility = "visible"
    hint: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    forbids: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    kind: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    writeup: Kind | None = None
    line: int = 0

    @property
    def part(self) -> Part:
        """Whether the check looks at the code or at the write-up."""
        return "code" if self.kind is None else "writeup"

    @property
    def names(self) -> tuple[str, ...]:
        """What a code check uses of the rubric's Python."""
        return (self.function or self.id, *(value for value in self.given.values() if isinstance(value, str)))


@dataclass(frozen=True)
class Question:
    """One question and its checks."""

    id: str
    title: str
    checks: tuple[CheckSpec, ...]

    @property
    def points(self) -> Fraction:
        """What the question is worth."""
        return sum((check.points for check in self.checks), Fraction(0))


@dataclass(frozen=True)
class Rubric:
    """One assignment's rubric; `digest` is over the bytes of the rubric file and of its Python file."""

    assignment: str
    title: str
    questions: tuple[Question, ...]
    handout: str = ""
    modules: tuple[str, ...] = ()
    write_up: str = "answers.md"
    seed: int = 0
    limits: Budget = field(default_factory=Budget)
    digest: str = ""
    late: LateRules | None = None
    attempts: Attempts = "last"

    @property
    def checks(self) -> tuple[CheckSpec, ...]:
        """Every check in the rubric's order."""
        return tuple(check for question in self.questions for check in question.checks)

    @property
    def points(self) -> Fraction:
        """What the assignment is worth."""
        return sum((question.points for question in self.questions), Fraction(0))

    def restrict(self, keep: Callable[[CheckSpec], bool]) -> Rubric:
        """The rubric with some of its checks, and the questions that they are of.

        A check that is left out stands for what it requires itself: it would not be tried either.
        """
        requires = {spec.id: spec.requires for spec in self.checks}
        kept = frozenset(spec.id for spec in self.checks if keep(spec))
        questions = (
            replace(
                question,
                checks=tuple(
                    replace(spec, requires=_still_required(spec.requires, requires, kept))
                    for spec in question.checks
                    if spec.id in kept
                ),
            )
            for question in self.questions
        )
        return replace(self, questions=tuple(question for question in questions if question.checks))


def rubric_digest(content: bytes, python: bytes) -> str:
    """Digest of a rubric's file and of its Python file, if it has one."""
    # The rubric holds no NUL (`parse` refuses it), so no byte can move from one file to the other unseen.
    return hashlib.sha256(content + b"\0" + python).hexdigest()


def _still_required(
    needed: Iterable[str], requires: Mapping[str, Sequence[str]], kept: frozenset[str]
) -> tuple[str, ...]:
    """What is needed of those kept, directly or by way of others."""
    found: dict[str, None] = {}
    todo, seen = list(needed), set[str]()
    while todo:
        name = todo.pop(0)
        if name in kept:
            found[name] = None
        elif name not in seen:
            seen.add(name)
            todo += requires.get(name, ())
    return tuple(found)
