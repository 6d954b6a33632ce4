"""An assignment ready to grade: rubric, checks with their cases drawn and planned, reference."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.util import decode_source
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cache.digests import (
    assignment_digest,
    calls_key,
    digest,
    preparation_key,
    python_files,
    surroundings,
    verdict_key,
)
from grader.cache.preparations import Preparations
from grader.checks.check import Check, Reference, side_by_side
from grader.checks.examples.cases import CheckFunction
from grader.checks.examples.shrink_database import ShrinkDatabase
from grader.checks.misconceptions.diagnosis import Misconceptions, Naming
from grader.checks.plan.packing import pack, unpack
from grader.checks.runner import rehearse
from grader.course.folders import Course
from grader.course.loading import given_to
from grader.errors import Fault, RubricError, WireError
from grader.rubric import CheckSpec, Rubric
from grader.rubric.dependencies import Slices
from grader.rubric.files import given_files
from grader.rubric.writeup_keys import FormulaSpec
from grader.sandbox import NOTHING_GIVEN, Budget, Given
from grader.wire import NotData
from grader.writeup.functions import fault_of

if TYPE_CHECKING:
    from grader.checks.plan.trials import CourseCode

# Told how many checks are ready, of how many, and which is the first that is not.
Preparing = Callable[[int, int, str], None]
_LOADS = "loads"


@dataclass(frozen=True)
class Assignment:
    """Everything that is the same for every submission.

    Args:
        digest: of all that a result depends on beside the submission and the seed.
        verdict_keys: by check, of all that its verdict depends on beside the submission; empty where none is kept.
        starters: by path, the modules that the course hands out to be filled in, where it wrote them itself.
        calls_keys: by check, of all that a submission's replies to it depend on beside the submission.
        given: what the course lays over every submission.
        prepared: the files of the course's cache that spare others the drawing and the reference's answers.
        damaged: those that were not as they had been written, and have been made anew.
        documents: by name, what the course itself wrote for students to read.
    """

    rubric: Rubric
    checks: Mapping[str, Check]
    seed: int
    digest: str
    verdict_keys: Mapping[str, str]
    misconceptions: Naming
    prepared: frozenset[Path] = frozenset()
    calls_keys: Mapping[str, str] = field(default_factory=dict)
    given: Given = NOTHING_GIVEN
    starters: Mapping[str, bytes] = field(default_factory=dict)
    damaged: frozenset[Path] = frozenset()
    documents: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The assignment's name: `hw1`."""
        return self.rubric.assignment

    def recall(self, wanted: Callable[[], bool]) -> None:
        """Do once what every judge would do at its first submissions, check after check as long as it is wanted.

        What earlier runs learnt about failing a check is taken over; then the checks run on the model answer, so that
        what they load or compute at their first use is there.
        """
        for step in (self._catch_up, rehearse):
            for check in self.checks.values():
                if not wanted():
                    return
                step(check)

    def _catch_up(self, check: Check) -> None:
        check.tries.catch_up()
        self.misconceptions.recall(check)

    @property
    def budget(self) -> Budget:
        """What each submission may use."""
        return self.rubric.limits


def _refuse_formulas(rubric: Rubric, path: Path) -> None:
    """Refuse expected formulas that nothing can be held against.

    Raises:
        RubricError: there are some.
    """
    formulas = [(spec, spec.writeup) for spec in rubric.checks if isinstance(spec.writeup, FormulaSpec)]
    faults = [Fault(str(path), spec.line, f"check {spec.id}", why) for spec, own in formulas if (why := fault_of(own))]
    if faults:
        raise RubricError(faults)


def load_assignment(
    course: Course,
    name: str,
    *,
    seed: int | None = None,
    only: frozenset[str] = frozenset(),
    checks_only: Collection[str] = (),
    progress: Preparing = lambda _done, _total, _check: None,
) -> Assignment:
    """Load a rubric, its Python and the reference; draw and plan the cases of every code check, or recall them.

    Args:
        seed: instead of the rubric's.
        only: the questions wanted; all where empty.
        checks_only: the checks wanted; all where none of them is a code check.
        progress: told how many checks are ready, of how many, and which is the first that is not.

    Raises:
        UsageError: there is no such assignment.
        RubricError: something in the instructor's files is wrong, or the reference does not earn all points.
    """
    from grader.rubric.installed import refuse_absent_modules
    from grader.rubric.loading import load  # which takes a while, and a kit's rubric was validated

    path = course.rubric(name)
    rubric = load(path)
    refuse_absent_modules(path)
    _refuse_formulas(rubric, path)
    maker = _Maker(course, rubric, path, rubric.seed if seed is None else seed)
    specs = [
        spec
        for question in rubric.questions
        for spec in question.checks
        if spec.part == "code" and (not only or question.id in only)
    ]
    specs = [spec for spec in specs if spec.id in checks_only] or specs
    checks: dict[str, Check] = {}
    misconceptions = Misconceptions.of(course.reference(name), Preparations(course.cache(name)))
    progress(0, len(specs), "")
    refused = maker.try_out(specs, progress)
    for spec in specs if not refused else ():
        try:
            checks[spec.id] = maker.check(spec)
        except Exception as error:
            from grader.checks.plan.trials import refusal_of

            refused[spec.id] = refusal_of(error)
    if refused:
        raise RubricError(
            [Fault(str(path), spec.line, f"check {spec.id}", refused[spec.id]) for spec in specs if spec.id in refused]
        )
    progress(len(specs), len(specs), "")
    keys = {spec.id: verdict_key(spec, rubric) for spec in rubric.checks if spec.part == "writeup"}
    keys |= {check.id: maker.verdict_key(check, rubric) for check in checks.values()}
    whole = assignment_digest(rubric, path, course.reference(name))
    given = given_to(course.reference(name))
    calls = {
        check.id: calls_key(check.plan.message, check.plan.modules, rubric, maker.seed, given.digest)
        for check in checks.values()
    }
    handed_out = given_files(course.reference(name), "starter").items()
    starters = {file: path.read_bytes() for file, path in handed_out if file.endswith(".py")}
    documents = [path.parent / rubric.handout, path.with_suffix(".md")]
    return Assignment(
        rubric, side_by_side(checks), maker.seed, whole, keys, misconceptions, maker.prepared, calls, given, starters,
        damaged=maker.damaged, documents={file.name: file.read_bytes() for file in documents if file.is_file()},
    )  # fmt: skip


class _Maker:
    """Makes the checks of one assignment ready; what runs a course's Python is imported here, for a kit has none."""

    def __init__(self, course: Course, rubric: Rubric, rubric_file: Path, seed: int) -> None:
        from grader.checks.plan.trials import Origin
        from grader.sandbox.local import LocalSession

        self.seed = seed
        self._source = rubric_file.with_suffix(".py")
        self._reference_folder = course.reference(rubric.assignment)
        self._around = surroundings(rubric_file, self._reference_folder)
        self._kept = Preparations(course.cache(rubric.assignment))
        limits = rubric.limits
        self._origin = Origin(
            self._source, self._reference_folder, seed, rubric.modules, limits.submission_wall_s,
            limits.submission_cpu_s,
        )  # fmt: skip
        self._code = self._load()
        self._fresh: dict[str, bytes] = {}
        self._as_reference = LocalSession(self._code.modules)

    def _load(self) -> CourseCode:
        """The course's Python; what was not loaded before is loaded by another process first."""
        text = self._source.read_bytes() if self._source.exists() else b""
        key = digest(self._around, python_files(self._reference_folder), text)
        if self._kept.get(_LOADS, key) is None:
            from grader.checks.plan.trials import try_loading

            try_loading(self._origin)
            self._kept.put(_LOADS, key, b"")
        return self._origin.load()

    def try_out(self, specs: Sequence[CheckSpec], progress: Preparing) -> dict[str, str]:
        """Make ready what never was, twice and in other processes; of what is refused, why."""
        from grader.checks.plan.trials import try_out

        new = [spec for spec in specs if self._kept.get(_repeats(spec), self._key(spec, seed=0)) is None]
        if not new:
            return {}
        n_known = len(specs) - len(new)
        trials, refused = try_out(self._code, new, lambda done, name: progress(n_known + done, len(specs), name))
        self._fresh = {name: trial.data for name, trial in trials.items() if trial.data is not None}
        for spec in new if not refused else ():
            self._kept.put(_repeats(spec), self._key(spec, seed=0), b"")
        return refused

    def check(self, spec: CheckSpec) -> Check:
        """The check as it was prepared before, else prepared now and kept; what its search learns is kept too."""
        function, key = self._code.function(spec), self._key(spec, self.seed)
        fresh = self._fresh.pop(spec.id, None)
        if fresh is not None:
            self._kept.put(_cases(spec), key, fresh)
        kept = self._kept.get(_cases(spec), key) if fresh is None else fresh
        check = self._from_cache(spec, function, kept) or self._plan(spec, key)
        return replace(check, tries=ShrinkDatabase(self._kept.journal(_cases(spec), key)))

    def _key(self, spec: CheckSpec, seed: int) -> str:
        return preparation_key(spec, seed, self._slices.of(spec.names), self._around)

    def _from_cache(self, spec: CheckSpec, function: CheckFunction, kept: bytes | None) -> Check | None:
        if kept is not None:
            with contextlib.suppress(WireError, ValueError, TypeError):  # a file that something else wrote to
                return unpack(kept, spec, function, Reference(self._as_reference))
        return None

    def _plan(self, spec: CheckSpec, key: str) -> Check:
        check = self._code.plan(spec).check
        with contextlib.suppress(NotData):  # cases that hold objects are drawn at each start
            self._kept.put(_cases(spec), key, pack(check))
        return check

    @property
    def damaged(self) -> frozenset[Path]:
        """The files that could not be recalled because they were not what had been kept."""
        return frozenset(self._kept.damaged)

    @property
    def prepared(self) -> frozenset[Path]:
        """The files that hold the checks made so far."""
        return frozenset(self._kept.used)

    def verdict_key(self, check: Check, rubric: Rubric) -> str:
        """See `digests.verdict_key`; a reference that answers alike in all cases changes nothing."""
        try:
            content = pack(check)
        except NotData:
            content = self._around.encode()
        known_mistakes = python_files(self._reference_folder, "misconceptions/*.py")
        model = self._around if "reference" in check.offered else ""
        body, given = self._slices.of(check.spec.names), given_to(self._reference_folder).digest
        return verdict_key(check.spec, rubric, content, body, known_mistakes, model, given)

    @cached_property
    def _slices(self) -> Slices:
        return Slices(decode_source(self._source.read_bytes()) if self._source.exists() else "")


def _cases(spec: CheckSpec) -> str:
    """Under what a check's cases, and all that comes with them, are kept."""
    return f"{spec.id}/cases"


def _repeats(spec: CheckSpec) -> str:
    """Under what it is kept that a check came out alike, made ready twice."""
    return f"{spec.id}/repeats"
