"""One run over a class: what is known is taken over, what is found is kept at once."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.course import Course
from grader.digests import assignment_digest, foundations
from grader.errors import ClusterLost
from grader.rubric import Rubric
from grader.seeds import flaky, marked, seeds_from
from grader.store import Line, Store, result_key
from grader.submission import Submission
from grader.terminal import Progress

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.sandbox.forked import ForkedSandbox, Policy
    from grader.verdict import Earlier, Result

# So many submissions are worth loading what one of them will ask for.
MANY = 20


def default_workers() -> int:
    """One judge per core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class Batch:
    """How a class is to be graded, and how it went.

    Args:
        only: the questions wanted; all where empty.
        fresh: grade again what was graded before.
        keeps: store what is found; else the store is only read.
        workers: judges at work at a time; as many as cores where None.
        dask: the address of a scheduler whose workers grade; this machine does where empty.
        reused: how many results were taken over as they were.
        interrupted: whether somebody ended the run before all was graded.
        lost: why the run ended before all was graded, where nobody wanted it to.
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
    dask: str = ""
    reused: int = 0
    interrupted: bool = False
    lost: ClusterLost | None = None

    def run(
        self, submissions: Sequence[Submission], unreadable: Sequence[tuple[Submission, str]], progress: Progress
    ) -> list[Line]:
        """The lines of all that is graded now or was before, by id.

        Args:
            unreadable: submissions that cannot be read, each with the reason.
        """
        name = self.rubric.assignment
        digest = assignment_digest(self.rubric, self.course.rubric(name), self.course.reference(name))
        keys = {one.id: result_key(one.digest, digest, str(self.seed), self.policy) for one in submissions}
        lines = {} if self.fresh or self.only else self.store.known(keys)
        self.reused = len(lines)
        todo = [submission for submission in submissions if submission.id not in lines]
        if todo or unreadable:
            with self._warming(len(todo)) as sandboxes:
                # What computes is imported now, since an unchanged class needs none of it.
                from grader.grading import ungraded

                assignment = self._assignment(progress)
                if self.keeps:
                    self.store.found(digest, foundations(self.course.rubric(name), self.course.reference(name)))
                with progress.grading(len(submissions), done=self.reused) as advance, self._interruptible():
                    for result in self._graded(assignment, todo, sandboxes, progress):
                        lines[result.submission] = self._taken(keys[result.submission], result)
                        advance(result)
            if self.keeps:
                self.store.sweep()
            for submission, reason in unreadable:
                lines[submission.id] = self._taken("", ungraded(assignment, submission, "none", reason))
        return [lines[name] for name in sorted(lines)]

    def _warming(self, n_submissions: int) -> contextlib.AbstractContextManager[list[ForkedSandbox]]:
        """The sandboxes of this machine's judges, which load while the assignment does."""
        if self.dask or not n_submissions:
            return contextlib.nullcontext([])
        from grader.sandbox.forked import warming

        count = min(self.workers or default_workers(), n_submissions)
        return warming(self.rubric.modules, self.policy, count, for_many=n_submissions >= MANY)

    def _assignment(self, progress: Progress) -> Assignment:
        from grader.assignment import load_assignment

        name = self.rubric.assignment
        with progress.preparing(name) as prepared:
            return load_assignment(self.course, name, seed=self.seed, only=self.only, progress=prepared)

    def _graded(
        self,
        assignment: Assignment,
        submissions: Sequence[Submission],
        sandboxes: Sequence[ForkedSandbox],
        progress: Progress,
    ) -> Iterator[Result]:
        """The results as they come."""
        earlier = {} if self.fresh else self._earlier(assignment, submissions)
        if self.dask:
            from grader.cluster.grading import grade_all

            return grade_all(
                self.dask, self.course, assignment, submissions,
                policy=self.policy, only=self.only, earlier=earlier, say=progress.say,
            )  # fmt: skip
        from grader import engine

        return engine.grade_all(
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

    def _earlier(self, assignment: Assignment, submissions: Sequence[Submission]) -> dict[str, Earlier]:
        from grader.grading import holding_keys

        holding = holding_keys(assignment)
        found = ((submission.id, self.store.earlier(submission, self.policy, holding)) for submission in submissions)
        return {name: earlier for name, earlier in found if earlier is not None}

    def _taken(self, key: str, result: Result) -> Line:
        return self.store.put(key, result, self.policy) if self.keeps else result.to_json()


def run_under_seeds(
    batch: Batch,
    n_seeds: int,
    submissions: Sequence[Submission],
    unreadable: Sequence[tuple[Submission, str]],
    progress: Progress,
) -> list[Line]:
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
    return [marked(line, marks[line["submission"]]) for line in lines]
