"""Grades many submissions on any `concurrent.futures.Executor`, one warm sandbox per process; results are a stream."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.sharedctypes import Synchronized
from types import MappingProxyType

from grader.assignment import Assignment
from grader.errors import GraderError, SandboxError, SandboxRefused
from grader.grading.accident import accident
from grader.grading.one_submission import grade, ungraded_result
from grader.intake.submission import Submission
from grader.model.verdict import PreviousResult, Result
from grader.sandbox.isolated import ForkedSandbox, Policy

# A judge that dies under a submission gets a second one; after that the submission is left for a person.
ATTEMPTS = 2
# A pool hands each judge one submission, and has another ready for it.
IN_HAND = 2


class Judge:
    """An assignment and one warm sandbox; grades one submission at a time. The sandbox begins to load.

    Args:
        sandbox: one that has begun.
    """

    def __init__(
        self, assignment: Assignment, policy: Policy, only: frozenset[str], sandbox: ForkedSandbox | None = None
    ) -> None:
        self._assignment, self._only = assignment, only
        self._sandbox = sandbox or ForkedSandbox(assignment.rubric.modules, policy)
        self._sandbox.hold(plans_to_hold(assignment))
        self._sandbox.start()

    def grade(self, submission: Submission, earlier: PreviousResult | None = None) -> Result:
        """Grade one submission; a sandbox that fails is replaced once.

        Raises:
            SandboxRefused: nobody can be graded here.
        """
        for attempt in range(ATTEMPTS):
            try:
                result = grade(self._assignment, submission, self._sandbox, self._only, earlier)
            except SandboxRefused:
                raise
            except SandboxError as error:
                if attempt == ATTEMPTS - 1:
                    return ungraded_result(self._assignment, submission, "none", f"The sandbox failed: {error}")
            else:
                if result.status != "ungraded" or not self._sandbox.has_failed or attempt == ATTEMPTS - 1:
                    return result
            self._sandbox.restart()
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End the sandbox."""
        self._sandbox.close()


def plans_to_hold(assignment: Assignment) -> Iterator[bytes]:
    """The plans that each worker may hold from its first line: those of checks that students may know of."""
    for check in assignment.checks.values():
        if check.spec.visibility == "visible" and not check.plan.is_live:
            yield check.plan.message


class _ProcessJudge:
    """The judge that this process is."""

    judge: Judge


def set_up(
    assignment: Assignment,
    policy: Policy,
    only: frozenset[str],
    sandboxes: Sequence[ForkedSandbox],
    turn: Synchronized[int],
    parent: int,
) -> None:
    """Make this process a judge; it ends when its parent does, however that ends.

    Args:
        sandboxes: one that has begun for each of the first judges.
        turn: how many judges there are already.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_DFL)
    if sys.platform == "linux":
        from grader.worker.cage.identity import die_with_parent

        die_with_parent(parent)
    gc.freeze()  # what the parent loaded stays until the end, so no collection needs to look at it
    with turn.get_lock():
        number, turn.value = turn.value, turn.value + 1
    for other in {*range(len(sandboxes))} - {number}:
        sandboxes[other].hand_over()
    _ProcessJudge.judge = Judge(assignment, policy, only, sandboxes[number] if number < len(sandboxes) else None)


def grade_here(submission: Submission, earlier: PreviousResult | None) -> Result:
    """Grade one submission in this process, which is a judge."""
    return _ProcessJudge.judge.grade(submission, earlier)


def local_executor(
    assignment: Assignment,
    policy: Policy,
    only: frozenset[str],
    workers: int,
    sandboxes: Sequence[ForkedSandbox] = (),
) -> ProcessPoolExecutor:
    """Judges as processes of this machine, forked so that they share the assignment as it lies in memory.

    Args:
        sandboxes: that have begun; the first judges take one each.
    """
    context = multiprocessing.get_context("fork")
    initial = assignment, policy, only, sandboxes, context.Value("i", 0), os.getpid()
    return ProcessPoolExecutor(workers, mp_context=context, initializer=set_up, initargs=initial)


def grade_all(
    assignment: Assignment,
    submissions: Sequence[Submission],
    *,
    policy: Policy,
    only: frozenset[str],
    workers: int,
    earlier: Mapping[str, PreviousResult] = MappingProxyType({}),
    sandboxes: Sequence[ForkedSandbox] = (),
) -> Iterator[Result]:
    """The results as they come; on leaving early, what runs is ended.

    Args:
        sandboxes: that have begun to load, not more than there will be judges.
        earlier: by submission, what is known of the same files.

    A judge that dies takes its pool along: the next pool grades the others, as wide as before. What was in hand then is
    tried at the end, one at a time, so that only the submission that is to blame stays ungraded.
    """
    left = {submission.id: submission for submission in submissions}
    suspects: list[Submission] = []

    def grade_some(
        wanted: Sequence[Submission], workers: int, sandboxes: Sequence[ForkedSandbox] = ()
    ) -> Iterator[Result]:
        for result in _one_pool(assignment, wanted, policy, only, workers, earlier, sandboxes):
            del left[result.submission]
            yield result

    workers = min(workers, max(1, len(submissions)))
    while waiting := [one for one in left.values() if one not in suspects]:
        yield from grade_some(waiting, workers, sandboxes)
        sandboxes = ()
        suspects += [one for one in waiting if one.id in left][: IN_HAND * workers + 1]
    while left:
        first = next(iter(left.values()))
        yield from grade_some(list(left.values()), 1)
        if first.id in left:
            del left[first.id]
            yield ungraded_result(assignment, first, "none", "The grader itself failed on this submission.")


def _one_pool(
    assignment: Assignment,
    submissions: Sequence[Submission],
    policy: Policy,
    only: frozenset[str],
    workers: int,
    earlier: Mapping[str, PreviousResult],
    sandboxes: Sequence[ForkedSandbox] = (),
) -> Iterator[Result]:
    """Results until all are done or the pool breaks."""
    assignment.recall(wanted=lambda: any(not sandbox.is_ready() for sandbox in sandboxes))
    executor = local_executor(assignment, policy, only, workers, sandboxes)
    try:
        if sandboxes:
            executor.submit(os.getpid)  # the first task starts all judges
        for sandbox in sandboxes:
            sandbox.hand_over()
        for submission, future in finish_in_order(executor, grade_here, submissions, earlier):
            yield outcome(assignment, submission, future)
    except BrokenProcessPool:
        return
    finally:
        _end(executor)


def finish_in_order(
    executor: Executor,
    work: Callable[..., Result],
    submissions: Sequence[Submission],
    earlier: Mapping[str, PreviousResult],
    *shared: object,
) -> Iterator[tuple[Submission, Future[Result]]]:
    """Submissions of an executor whose workers are judges, as they are done, each with its result or what befell it.

    Args:
        work: what grades: is called with a submission, what is known of it, and `shared`.
    """
    waiting = {executor.submit(work, one, earlier.get(one.id), *shared): one for one in submissions}
    for future in as_completed(waiting):
        yield waiting.pop(future), future  # so that each result goes when it has been taken


def outcome(assignment: Assignment, submission: Submission, future: Future[Result]) -> Result:
    """What a judge found; what befell it over this submission makes that one `ungraded`.

    Raises:
        BrokenProcessPool, CancelledError: the judge is gone.
        GraderError: nobody can be graded.
    """
    try:
        return future.result()
    except (GraderError, BrokenProcessPool, CancelledError):
        raise
    except Exception as error:
        return ungraded_result(assignment, submission, "none", accident(submission.id, error))


def _end(executor: ProcessPoolExecutor) -> None:
    processes = list((executor._processes or {}).values())
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()  # one that has just been forked would answer another signal as this process does
    for process in processes:
        process.join(5)
