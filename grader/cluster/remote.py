"""What runs in a dask worker: a judge that is made once, from the bytes of an assignment."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.cluster.versions import differences, installed
from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    from grader.engine import Judge
    from grader.sandbox.forked import Policy
    from grader.submission import Submission
    from grader.verdict import Earlier, Result


@dataclass(frozen=True)
class Order:
    """Which assignment a worker is to judge, and how.

    Args:
        bundle: the digest of the assignment's bytes.
        digest: the assignment's own, which loading it there must give.
        versions: what is installed where the order comes from.
    """

    assignment: str
    bundle: str
    digest: str
    seed: int
    policy: Policy
    only: frozenset[str]
    versions: tuple[tuple[str, str], ...]


class _Here:
    """The judge that this process is at present; a worker has one thread, so that nobody else uses it."""

    order: Order | None = None
    judge: Judge
    cleanup = contextlib.ExitStack()


def grade_there(submission: Submission, earlier: Earlier | None, order: Order, bundle: bytes) -> Result:
    """Grade one submission in this dask worker.

    Raises:
        UsageError: this worker cannot judge; says why and what would help.
    """
    from distributed import get_worker

    worker = get_worker()
    try:
        if _Here.order != order:
            unfit = obstacle(installed(), worker.state.nthreads, dict(order.versions))
            if unfit:
                raise UsageError(unfit)
            _become(order, bundle)
        return _Here.judge.grade(submission, earlier)
    except GraderError as error:
        raise UsageError(f"the dask worker {worker.name} at {worker.address} cannot grade: {error}") from None


def obstacle(there: Mapping[str, str], threads: int, here: Mapping[str, str]) -> str:
    """Why a worker with these versions and threads cannot judge, and what would help; empty where it can."""
    if other := differences(there, here):
        return f"{other}. Install the same there: pip install 'grader[dask]' with the same constraints"
    if threads != 1:
        return f"it has {threads} threads, but judges one at a time. Start it so: dask worker --nthreads 1 --nworkers N"
    return ""


def _become(order: Order, bundle: bytes) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # as at home, before numpy and torch are loaded
    from grader.assignment import load_assignment
    from grader.cluster.bundle import Unbundled
    from grader.engine import Judge

    _Here.order = None
    _Here.cleanup.close()
    unbundled = Unbundled(bundle)
    _Here.cleanup.callback(unbundled.close)
    assignment = load_assignment(unbundled.course, order.assignment, seed=order.seed, only=order.only)
    if assignment.digest != order.digest:
        raise UsageError(f"{order.assignment} comes out differently here, although all versions are the same")
    _Here.judge = Judge(assignment, order.policy, order.only)
    _Here.cleanup.callback(_Here.judge.close)
    _Here.order = order
