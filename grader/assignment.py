"""An assignment ready to grade: rubric, checks with their cases drawn and planned, reference."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from grader.checks.definition import Check, Reference
from grader.checks.drawing import CheckFunction
from grader.checks.given import matches_reference, parameters_of
from grader.checks.naming import Misconceptions, Naming
from grader.checks.packing import packed, unpacked
from grader.checks.planning import ReferenceFails, planned
from grader.checks.running import rehearse
from grader.checks.tries import Tries
from grader.course import Course
from grader.digests import assignment_digest, calls_key, preparation_key, python_files, surroundings, verdict_key
from grader.errors import Fault, RubricError, WireError
from grader.importing import load_checks, load_reference
from grader.preparations import Preparations
from grader.rubric import CheckSpec, Rubric, load
from grader.rubric.slicing import Slices
from grader.sandbox import Budget
from grader.sandbox.local import LocalSession
from grader.wire import NotData


@dataclass(frozen=True)
class Assignment:
    """Everything that is the same for every submission.

    Args:
        digest: of all that a result depends on beside the submission and the seed.
        verdict_keys: by check, of all that its verdict depends on beside the submission.
        calls_keys: by check, of all that a submission's replies to it depend on beside the submission.
        prepared: the files of the course's cache that spare others the drawing and the reference's answers.
    """

    rubric: Rubric
    checks: Mapping[str, Check]
    seed: int
    digest: str
    verdict_keys: Mapping[str, str]
    misconceptions: Naming
    prepared: frozenset[Path] = frozenset()
    calls_keys: Mapping[str, str] = field(default_factory=dict)

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
        limits = self.rubric.limits
        return Budget(
            call_wall_s=limits.call_wall_s,
            load_wall_s=limits.load_wall_s,
            submission_wall_s=limits.submission_wall_s,
            submission_cpu_s=limits.submission_cpu_s,
            memory_mib=limits.memory_mib,
            output_kib=limits.output_kib,
        )


def load_assignment(
    course: Course,
    name: str,
    *,
    seed: int | None = None,
    only: frozenset[str] = frozenset(),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Assignment:
    """Load a rubric, its Python and the reference; draw and plan the cases of every code check, or recall them.

    Args:
        seed: instead of the rubric's.
        only: the questions wanted; all where empty.
        progress: told how many checks are ready, of how many.

    Raises:
        UsageError: there is no such assignment.
        RubricError: something in the instructor's files is wrong, or the reference does not earn all points.
    """
    path = course.rubric(name)
    rubric = load(path)
    maker = _Maker(course, name, rubric.seed if seed is None else seed)
    specs = [
        spec
        for question in rubric.questions
        for spec in question.checks
        if spec.part == "code" and (not only or question.id in only)
    ]
    checks: dict[str, Check] = {}
    faults: list[Fault] = []
    misconceptions = Misconceptions.of(course.reference(name), Preparations(course.cache(name)))
    for spec in specs:
        progress(len(checks), len(specs))
        try:
            checks[spec.id] = maker.check(spec)
        except ReferenceFails as failure:
            faults.append(Fault(str(path), spec.line, f"check {spec.id}", str(failure)))
        except Exception as error:  # the instructor's strategies are ordinary code
            faults.append(Fault(str(path), spec.line, f"check {spec.id}", f"{type(error).__name__}: {error}"))
    if faults:
        raise RubricError(faults)
    progress(len(specs), len(specs))
    keys = {spec.id: verdict_key(spec, rubric) for spec in rubric.checks if spec.part == "writeup"}
    keys |= {check.id: maker.verdict_key(check, rubric) for check in checks.values()}
    digest = assignment_digest(rubric, path, course.reference(name))
    calls = {
        check.id: calls_key(check.plan.message, check.plan.modules, rubric, maker.seed) for check in checks.values()
    }
    return Assignment(rubric, checks, maker.seed, digest, keys, misconceptions, maker.prepared, calls)


class _Maker:
    """Makes the checks of one assignment ready."""

    def __init__(self, course: Course, name: str, seed: int) -> None:
        rubric_file = course.rubric(name)
        self.seed = seed
        self._source = rubric_file.with_suffix(".py")
        self._reference_folder = course.reference(name)
        self._around = surroundings(rubric_file, self._reference_folder)
        self._named = load_checks(self._source)
        self._kept = Preparations(course.cache(name))
        self._modules = load_reference(self._reference_folder)
        self._as_student, self._as_reference = LocalSession(self._modules), LocalSession(self._modules)

    def check(self, spec: CheckSpec) -> Check:
        """The check as it was prepared before, else prepared now and kept; what its search learns is kept too."""
        function = self._function(spec)
        key = preparation_key(spec, self.seed, self._slices.of(spec.names), self._around)
        check = self._recalled(spec, function, key) or self._planned(spec, function, key)
        return replace(check, tries=Tries(self._kept.journal(_cases(spec), key)))

    def _recalled(self, spec: CheckSpec, function: CheckFunction, key: str) -> Check | None:
        kept = self._kept.get(_cases(spec), key)
        if kept is not None:
            with contextlib.suppress(WireError, ValueError, TypeError):  # a file that something else wrote to
                return unpacked(kept, spec, function, Reference(self._as_reference))
        return None

    def _planned(self, spec: CheckSpec, function: CheckFunction, key: str) -> Check:
        check = planned(spec, function, self.seed, self._as_student, Reference(self._as_reference))
        with contextlib.suppress(NotData):  # cases that hold objects are drawn at each start
            self._kept.put(_cases(spec), key, packed(check))
        return check

    @property
    def prepared(self) -> frozenset[Path]:
        """The files that hold the checks made so far."""
        return frozenset(self._kept.used)

    def verdict_key(self, check: Check, rubric: Rubric) -> str:
        """See `digests.verdict_key`; a reference that answers alike in all cases changes nothing."""
        try:
            content = packed(check)
        except NotData:
            content = self._around.encode()
        known_mistakes = python_files(self._reference_folder, "misconceptions/*.py")
        model = self._around if "reference" in check.offered else ""
        return verdict_key(check.spec, rubric, content, self._slices.of(check.spec.names), known_mistakes, model)

    @cached_property
    def _slices(self) -> Slices:
        return Slices(self._source.read_text(encoding="utf-8") if self._source.exists() else "")

    def _function(self, spec: CheckSpec) -> CheckFunction:
        if spec.matches_reference is None:
            function: CheckFunction = self._named[spec.function or spec.id]
            return function
        module, name = spec.matches_reference.split(".")
        order = parameters_of(getattr(self._modules[module], name))
        return matches_reference(spec.matches_reference, spec.given, self._named, order)


def _cases(spec: CheckSpec) -> str:
    """Under what a check's cases, and all that comes with them, are kept."""
    return f"{spec.id}/cases"
