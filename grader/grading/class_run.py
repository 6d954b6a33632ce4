"""One run over a class: what is known is taken over, what is found is kept at once."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from grader.cache.digests import assignment_digest, foundations
from grader.course.folders import Course
from grader.errors import ClusterLost, display
from grader.intake.submission import Submission
from grader.model.record import ResultRecord
from grader.results.flaky import flaky, mark_flaky, seeds_from
from grader.results.store import Store, result_key
from grader.rubric import Rubric

if TYPE_CHECKING:
    from grader.assignment import Assignment, Preparing
    from grader.model.verdict import PreviousResult, Result
    from grader.sandbox.isolated import ForkedSandbox, Policy

# So many submissions are worth loading what one of them will ask for.
MANY = 20


class Progress(Protocol):
    """Whom a run tells how far it is; a screen, in the command."""

    def show_preparing(self, assignment: str) -> contextlib.AbstractContextManager[Preparing]:
        """Checks get their cases: what is yielded is called with how many have them, of how many, and the next one."""
        ...

    def show_grading(self, total: int, *, done: int) -> contextlib.AbstractContextManager[Callable[[Result], None]]:
        """Submissions are graded: what is yielded is called with each result."""
        ...

    def say(self, text: str) -> None:
        """Something worth a line."""
        ...


class Elsewhere(Protocol):
    """Judges that are not processes of this machine."""

    def __call__(
        self,
        course: Course,
        assignment: Assignment,
        submissions: Sequence[Submission],
        *,
        policy: Policy,
        only: frozenset[str],
        earlier: Mapping[str, PreviousResult],
        say: Callable[[str], None],
    ) -> Iterator[Result]:
        """The results as they come."""
        ...


def default_workers() -> int:
    """One judge per core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class ClassRun:
    """How a class is to be graded, and how it went.

    Args:
        only: the questions wanted; all where empty.
        fresh: grade again what was graded before.
        keeps: store what is found; else the store is only read.
        workers: judges at work at a time; as many as cores where None.
        elsewhere: the judges of other machines; this machine's grade where None.
        reused: how many results were taken over as they were.
        interrupted: whether somebody ended the run before all was graded.
        lost: why the run ended before all was graded, where nobody wanted it to.
        digest: of the rubric that it was graded by.
    """

    course: Course
    rubric: Rubric
    store: Store
    policy: Policy
    seed: int
    only: frozenset[str] = frozenset()
    fresh: bool = False
    keeps: bool = True
    workers: int | None = None
    elsewhere: Elsewhere | None = None
    reused: int = 0
    interrupted: bool = False
    lost: ClusterLost | None = None
    digest: str = ""

    def run(
        self, submissions: Sequence[Submission], unreadable: Sequence[tuple[Submission, str]], progress: Progress
    ) -> list[ResultRecord]:
        """The lines of all that is graded now or was before, by id.

        Args:
            unreadable: submissions that cannot be read, each with the reason.
        """
        name = self.rubric.assignment
        digest = assignment_digest(self.rubric, self.course.rubric(name), self.course.reference(name))
        self.digest = digest
        keys = {one.id: result_key(one.digest, digest, str(self.seed), self.policy) for one in submissions}
        lines = {} if self.fresh or self.only else self.store.results_under(keys)
        self.reused = len(lines)
        todo = [submission for submission in submissions if submission.id not in lines]
        if todo or unreadable:
            with self._warm_up(len(todo)) as sandboxes:
                # What computes is imported now, since an unchanged class needs none of it.
                from grader.grading.one_submission import ungraded_result

                assignment = self._assignment(progress)
                if self.keeps:
                    self.store.keep_parts(digest, foundations(self.course.rubric(name), self.course.reference(name)))
                with progress.show_grading(len(submissions), done=self.reused) as advance, self._interruptible():
                    for result in self._grade(assignment, todo, sandboxes, progress):
                        lines[result.submission] = self._take_over(keys[result.submission], result)
                        advance(result)
            if self.keeps:
                self.store.sweep()
            for submission, reason in unreadable:
                lines[submission.id] = self._take_over("", ungraded_result(assignment, submission, "none", reason))
        return [lines[name] for name in sorted(lines)]

    def _warm_up(self, n_submissions: int) -> contextlib.AbstractContextManager[list[ForkedSandbox]]:
        """The sandboxes of this machine's judges, which load while the assignment does."""
        if self.elsewhere or not n_submissions:
            return contextlib.nullcontext([])
        from grader.sandbox.isolated import warm_up

        count = min(self.workers or default_workers(), n_submissions)
        return warm_up(self.rubric.modules, self.policy, count, for_many=n_submissions >= MANY)

    def _assignment(self, progress: Progress) -> Assignment:
        from grader.assignment import load_assignment

        name = self.rubric.assignment
        with progress.show_preparing(name) as prepared:
            assignment = load_assignment(self.course, name, seed=self.seed, only=self.only, progress=prepared)
        for path in sorted(assignment.damaged):
            progress.say(f"{display(path)} was damaged, and has been made anew")
        return assignment

    def _grade(
        self,
        assignment: Assignment,
        submissions: Sequence[Submission],
        sandboxes: Sequence[ForkedSandbox],
        progress: Progress,
    ) -> Iterator[Result]:
        """The results as they come."""
        earlier = {} if self.fresh else self._earlier(assignment, submissions)
        if self.elsewhere:
            return self.elsewhere(
                self.course, assignment, submissions,
                policy=self.policy, only=self.only, earlier=earlier, say=progress.say,
            )  # fmt: skip
        from grader.grading import pool

        return pool.grade_all(
            assignment,
            submissions,
            policy=self.policy,
            only=self.only,
            workers=self.workers or default_workers(),
            earlier=earlier,
            sandboxes=sandboxes,
        )

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Ctrl-C or a lost cluster end what is in here, and what was graded until then counts."""
        try:
            yield
        except KeyboardInterrupt:
            self.interrupted = True
        except ClusterLost as lost:
            self.lost = lost

    def _earlier(self, assignment: Assignment, submissions: Sequence[Submission]) -> dict[str, PreviousResult]:
        from grader.grading.one_submission import holding_keys

        holding = holding_keys(assignment)
        found = ((submission.id, self.store.earlier(submission, self.policy, holding)) for submission in submissions)
        return {name: earlier for name, earlier in found if earlier is not None}

    def _take_over(self, key: str, result: Result) -> ResultRecord:
        try:
            return self.store.put(key, result, self.policy) if self.keeps else result.to_json()
        except sqlite3.Error:  # the disk's fault, and everybody's
            raise
        except Exception as error:
            from grader.grading.accident import accident

            return self._take_over("", result.without_verdicts(accident(result.submission, error)))


def run_under_seeds(
    batch: ClassRun,
    n_seeds: int,
    submissions: Sequence[Submission],
    unreadable: Sequence[tuple[Submission, str]],
    progress: Progress,
) -> list[ResultRecord]:
    """The lines of a batch, marked where they would be others under further seeds; those are kept beside it."""
    lines = batch.run(submissions, unreadable, progress)
    runs = {line["submission"]: [line] for line in lines}
    for seed in seeds_from(batch.seed, n_seeds)[1:]:
        if batch.interrupted or batch.lost:
            break
        store = Store(batch.store.folder / "seeds" / str(seed))
        other = replace(batch, store=store, seed=seed)
        for line in other.run(submissions, (), progress):
            if line["submission"] in runs:
                runs[line["submission"]].append(line)
        batch.interrupted, batch.lost = other.interrupted, other.lost
        store.close()
    if n_seeds == 1:
        return lines
    marks = {submission: flaky(found) for submission, found in runs.items()}
    for submission, found in marks.items() if batch.keeps else ():
        batch.store.mark(submission, found)
    return [mark_flaky(line, marks[line["submission"]]) for line in lines]
