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
from distributed.security import Security

from grader.assignment import Assignment
from grader.course.folders import Course
from grader.errors import ClusterLost, UsageError
from grader.extra.dask import bundle
from grader.extra.dask.remote import JudgeOrder, grade_there, obstacle
from grader.extra.dask.versions import installed_versions
from grader.grading.one_submission import ungraded_result
from grader.grading.pool import finish_in_order, outcome
from grader.intake.submission import Submission
from grader.model.verdict import PreviousResult, Result
from grader.sandbox.isolated import Policy

CONNECT_WALL_S = 10


def grade_all(
    address: str,
    course: Course,
    assignment: Assignment,
    submissions: Sequence[Submission],
    *,
    policy: Policy,
    only: frozenset[str],
    earlier: Mapping[str, PreviousResult],
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
    with _connect(address) as client:
        _await_judges(client, address, say)
        content = bundle.bundle(course, assignment)
        order = JudgeOrder(
            assignment.name, bundle.digest(content), assignment.digest, assignment.seed, policy, only,
            tuple(installed_versions().items()),
        )  # fmt: skip
        # A task, not scattered data: dask keeps what makes it, so that it outlives the workers that hold it.
        shared = client.submit(bytes, content, key=f"grader-{order.bundle}")
        executor = client.get_executor(pure=False)
        try:
            for submission, future in finish_in_order(executor, grade_there, submissions, earlier, order, shared):
                if isinstance(future.exception(), KilledWorker):
                    reason = "One dask worker after the other ended while grading this submission."
                    yield ungraded_result(assignment, submission, "none", reason)
                else:
                    yield outcome(assignment, submission, future)
        except CancelledError:
            raise ClusterLost(
                f"the dask scheduler at {address} went away. What was graded is kept; "
                "start it again, and the same command goes on from there"
            ) from None
        finally:
            executor.shutdown(wait=False)


@contextlib.contextmanager
def _connect(address: str) -> Iterator[Client]:
    """A client, ours alone and silent: what it would log is told by our messages."""
    _refuse_without_certificates(address)
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


def _refuse_without_certificates(address: str) -> None:
    """Refuse an encrypted connection for which dask has not been told by what.

    Raises:
        UsageError: says where dask looks for it.
    """
    if address.startswith(("tls://", "wss://")) and not Security().get_connection_args("client").get("ssl_context"):
        raise UsageError(
            f"{address} is encrypted, and dask knows no certificates here: name them in its configuration, as by "
            "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__TLS__CLIENT__CERT and …__TLS__CLIENT__KEY, or use tcp://"
        )


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
        found = {"the scheduler": obstacle(client.run_on_scheduler(installed_versions), 1, installed_versions())}
        found |= {f"the worker {name}": why for name, why in client.run(_obstacle_there, installed_versions()).items()}
    except (ImportError, AttributeError) as error:
        raise UsageError(
            f"a machine of the dask cluster at {address} lacks grader, or has another version ({error}): "
            "pip install '.[dask]' in the checkout on each of them, the scheduler's too, with the same constraints"
        ) from None
    unfit = [f"  {name}: {why}" for name, why in found.items() if why]
    if unfit:
        raise UsageError("the dask cluster cannot grade as this machine does:\n" + "\n".join(unfit))


def _obstacle_there(here: Mapping[str, str], dask_worker: Worker) -> str:
    return obstacle(installed_versions(), dask_worker.state.nthreads, here)
