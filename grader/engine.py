"""Grades many submissions on any `concurrent.futures.Executor`, one warm sandbox per process; results are a stream."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from types import MappingProxyType

from grader.assignment import Assignment
from grader.errors import SandboxError, SandboxRefused
from grader.grading import grade, ungraded
from grader.sandbox.forked import ForkedSandbox, Policy
from grader.submission import Submission
from grader.verdict import Earlier, Result

# A judge that dies under a submission gets a second one; after that the submission is left for a person.
ATTEMPTS = 2


class _Judge:
    """What one process keeps between submissions."""

    assignment: Assignment
    sandbox: ForkedSandbox
    only: frozenset[str] = frozenset()


def set_up(assignment: Assignment, policy: Policy, only: frozenset[str]) -> None:
    """Make this process a judge; the sandbox begins to load."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _Judge.assignment, _Judge.only = assignment, only
    _Judge.sandbox = ForkedSandbox(assignment.rubric.modules, policy)
    _Judge.sandbox.start()


def grade_here(submission: Submission, earlier: Earlier | None = None) -> Result:
    """Grade one submission in this judge; a sandbox that fails is replaced once.

    Raises:
        SandboxRefused: nobody can be graded here.
    """
    for attempt in range(ATTEMPTS):
        try:
            result = grade(_Judge.assignment, submission, _Judge.sandbox, _Judge.only, earlier)
        except SandboxRefused:
            raise
        except SandboxError as error:
            if attempt == ATTEMPTS - 1:
                return ungraded(_Judge.assignment, submission, "none", f"The sandbox failed: {error}")
        else:
            if result.status != "ungraded" or attempt == ATTEMPTS - 1:
                return result
        _Judge.sandbox.restart()
    raise AssertionError("unreachable")


def local_executor(assignment: Assignment, policy: Policy, only: frozenset[str], workers: int) -> ProcessPoolExecutor:
    """Judges as processes of this machine, forked so that they share the assignment as it lies in memory."""
    context = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=set_up, initargs=(assignment, policy, only))


def grade_all(
    assignment: Assignment,
    submissions: Sequence[Submission],
    *,
    policy: Policy,
    only: frozenset[str],
    workers: int,
    earlier: Mapping[str, Earlier] = MappingProxyType({}),
) -> Iterator[Result]:
    """The results as they come; on leaving early, what runs is ended.

    Args:
        earlier: by submission, what is known of the same files.

    A judge that dies takes its pool along: what was not done is then tried one at a time, so that only the
    submission that is to blame stays ungraded.
    """
    left = {submission.id: submission for submission in submissions}
    for result in _one_pool(assignment, submissions, policy, only, min(workers, max(1, len(submissions))), earlier):
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
) -> Iterator[Result]:
    """Results until all are done or the pool breaks."""
    executor = local_executor(assignment, policy, only, workers)
    try:
        yield from completed(executor, submissions, earlier)
    except BrokenProcessPool:
        return
    finally:
        _end(executor)


def completed(
    executor: Executor, submissions: Sequence[Submission], earlier: Mapping[str, Earlier]
) -> Iterator[Result]:
    """Results of an executor whose workers are judges, as they come."""
    # The list is not kept here, so that each result goes when it has been taken.
    for future in as_completed([executor.submit(grade_here, one, earlier.get(one.id)) for one in submissions]):
        yield future.result()


def _end(executor: ProcessPoolExecutor) -> None:
    processes = list((executor._processes or {}).values())
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(5)


def default_workers() -> int:
    """One judge per core that this process may use."""
    return max(1, len(os.sched_getaffinity(0)))
