"""Grades a class with the workers of a dask scheduler."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError

from distributed import Client, Worker
from distributed.comm.addressing import get_address_host_port
from distributed.scheduler import KilledWorker

from grader.assignment import Assignment
from grader.cluster import bundle
from grader.cluster.remote import Order, grade_there, obstacle
from grader.cluster.versions import installed
from grader.course import Course
from grader.engine import completed
from grader.errors import ClusterLost, UsageError
from grader.grading import ungraded
from grader.sandbox.forked import Policy
from grader.submission import Submission
from grader.verdict import Earlier, Result

CONNECT_WALL_S = 10


def grade_all(
    address: str,
    course: Course,
    assignment: Assignment,
    submissions: Sequence[Submission],
    *,
    policy: Policy,
    only: frozenset[str],
    earlier: Mapping[str, Earlier],
    say: Callable[[str], None],
) -> Iterator[Result]:
    """The results as they come. What a worker leaves undone when it dies, others do.

    Args:
        address: of the scheduler, `tcp://host:8786`.
        say: is told what is waited for.

    Raises:
        UsageError: nobody answers there, or a worker cannot judge.
        ClusterLost: the scheduler went away.
    """
    with _connected(address) as client:
        _await_judges(client, address, say)
        content = bundle.bundled(course, assignment)
        order = Order(
            assignment.name, bundle.digest(content), assignment.digest, assignment.seed, policy, only,
            tuple(installed().items()),
        )  # fmt: skip
        # A task, not scattered data: dask keeps what makes it, so that it outlives the workers that hold it.
        shared = client.submit(bytes, content, key=f"grader-{order.bundle}")
        executor = client.get_executor(pure=False)
        try:
            for submission, future in completed(executor, grade_there, submissions, earlier, order, shared):
                try:
                    yield future.result()
                except KilledWorker:
                    reason = "One dask worker after the other ended while grading this submission."
                    yield ungraded(assignment, submission, "none", reason)
        except CancelledError:
            raise ClusterLost(
                f"the dask scheduler at {address} went away. What was graded is kept; "
                "start it again, and the same command goes on from there"
            ) from None
        finally:
            executor.shutdown(wait=False)


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Client]:
    """A client, ours alone and silent: what it would log is told by our messages."""
    with _silence():
        try:
            get_address_host_port(address)  # a client made for an address that is none can only be closed by waiting
            client = Client(address, timeout=CONNECT_WALL_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"no dask scheduler answers at {address} ({error or type(error).__name__}): "
                "start one with `dask scheduler`, which prints its address, such as tcp://host:8786"
            ) from None
        with client:
            yield client


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


def _await_judges(client: Client, address: str, say: Callable[[str], None]) -> None:
    """Wait for a worker; all that are there must be able to judge, and those that come later look at themselves.

    Raises:
        UsageError: one is not.
    """
    if not client.scheduler_info()["workers"]:
        say(f"no worker at {address} yet; waiting for: dask worker {address} --nthreads 1 --nworkers N")
        client.wait_for_workers(1)
    try:
        found = {"the scheduler": obstacle(client.run_on_scheduler(installed), 1, installed())}
        found |= {f"the worker {name}": why for name, why in client.run(_obstacle_there, installed()).items()}
    except (ImportError, AttributeError) as error:
        raise UsageError(
            f"a machine of the dask cluster at {address} lacks grader, or has another version ({error}): "
            "pip install 'grader[dask]' on each of them, the scheduler's too, with the same constraints"
        ) from None
    unfit = [f"  {name}: {why}" for name, why in found.items() if why]
    if unfit:
        raise UsageError("the dask cluster cannot grade as this machine does:\n" + "\n".join(unfit))


def _obstacle_there(here: Mapping[str, str], dask_worker: Worker) -> str:
    return obstacle(installed(), dask_worker.state.nthreads, here)
