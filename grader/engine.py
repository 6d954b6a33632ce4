"""Grades many submissions on any `concurrent.futures.Executor`, one warm sandbox per process; results are a stream."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.sharedctypes import Synchronized
from types import MappingProxyType

from grader.assignment import Assignment
from grader.errors import SandboxError, SandboxRefused
from grader.grading import grade, ungraded
from grader.sandbox.forked import ForkedSandbox, Policy
from grader.submission import Submission
from grader.verdict import Earlier, Result

# A judge that dies under a submission gets a second one; after that the submission is left for a person.
ATTEMPTS = 2


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
        self._sandbox.hold(check.plan.message for check in assignment.checks.values() if not check.plan.is_live)
        self._sandbox.start()

    def grade(self, submission: Submission, earlier: Earlier | None = None) -> Result:
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
                    return ungraded(self._assignment, submission, "none", f"The sandbox failed: {error}")
            else:
                if result.status != "ungraded" or attempt == ATTEMPTS - 1:
                    return result
            self._sandbox.restart()
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End the sandbox."""
        self._sandbox.close()


class _Here:
    """The judge that this process is."""

    judge: Judge


def set_up(
    assignment: Assignment,
    policy: Policy,
    only: frozenset[str],
    sandboxes: Sequence[ForkedSandbox],
    turn: Synchronized[int],
) -> None:
    """Make this process a judge.

    Args:
        sandboxes: one that has begun for each of the first judges.
        turn: how many judges there are already.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    gc.freeze()  # what the parent loaded stays until the end, so no collection needs to look at it
    with turn.get_lock():
        number, turn.value = turn.value, turn.value + 1
    for other in {*range(len(sandboxes))} - {number}:
        sandboxes[other].hand_over()
    _Here.judge = Judge(assignment, policy, only, sandboxes[number] if number < len(sandboxes) else None)


def grade_here(submission: Submission, earlier: Earlier | None) -> Result:
    """Grade one submission in this process, which is a judge."""
    return _Here.judge.grade(submission, earlier)


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
    initial = assignment, policy, only, sandboxes, context.Value("i", 0)
    return ProcessPoolExecutor(workers, mp_context=context, initializer=set_up, initargs=initial)


def grade_all(
    assignment: Assignment,
    submissions: Sequence[Submission],
    *,
    policy: Policy,
    only: frozenset[str],
    workers: int,
    earlier: Mapping[str, Earlier] = MappingProxyType({}),
    sandboxes: Sequence[ForkedSandbox] = (),
) -> Iterator[Result]:
    """The results as they come; on leaving early, what runs is ended.

    Args:
        sandboxes: that have begun to load, not more than there will be judges.
        earlier: by submission, what is known of the same files.

    A judge that dies takes its pool along: what was not done is then tried one at a time, so that only the
    submission that is to blame stays ungraded.
    """
    left = {submission.id: submission for submission in submissions}
    workers = min(workers, max(1, len(submissions)))
    for result in _one_pool(assignment, submissions, policy, only, workers, earlier, sandboxes):
        del left[result.submission]
        yield result
    for submission in left.values():
        alone = list(_one_pool(assignment, [submission], policy, only, 1, earlier))
        yield from alone or [ungraded(assignment, submission, "none", "The grader itself failed on this submission.")]


def _one_pool(
    assignment: Assignment,
    submissions: Sequence[Submission],
    policy: Policy,
    only: frozenset[str],
    workers: int,
    earlier: Mapping[str, Earlier],
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
        for _, future in completed(executor, grade_here, submissions, earlier):
            yield future.result()
    except BrokenProcessPool:
        return
    finally:
        _end(executor)


def completed(
    executor: Executor,
    work: Callable[..., Result],
    submissions: Sequence[Submission],
    earlier: Mapping[str, Earlier],
    *shared: object,
) -> Iterator[tuple[Submission, Future[Result]]]:
    """Submissions of an executor whose workers are judges, as they are done, each with its result or what befell it.

    Args:
        work: what grades: is called with a submission, what is known of it, and `shared`.
    """
    waiting = {executor.submit(work, one, earlier.get(one.id), *shared): one for one in submissions}
    for future in as_completed(waiting):
        yield waiting.pop(future), future  # so that each result goes when it has been taken


def _end(executor: ProcessPoolExecutor) -> None:
    processes = list((executor._processes or {}).values())
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(5)
