"""What runs in a dask worker: a judge that is made once, from the bytes of an assignment."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import GraderError, UsageError
from grader.extra.dask.versions import differences, installed_versions

if TYPE_CHECKING:
    from grader.grading.pool import Judge
    from grader.intake.submission import Submission
    from grader.model.verdict import PreviousResult, Result
    from grader.sandbox.isolated import Policy


@dataclass(frozen=True)
class JudgeOrder:
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


class _WorkerJudge:
    """The judge that this process is at present; a worker has one thread, so that nobody else uses it."""

    order: JudgeOrder | None = None
    judge: Judge
    cleanup = contextlib.ExitStack()


def grade_there(submission: Submission, earlier: PreviousResult | None, order: JudgeOrder, bundle: bytes) -> Result:
    """Grade one submission in this dask worker.

    Raises:
        UsageError: this worker cannot judge; says why and what would help.
    """
    from distributed import get_worker

    worker = get_worker()
    try:
        if _WorkerJudge.order != order:
            unfit = obstacle(installed_versions(), worker.state.nthreads, dict(order.versions))
            if unfit:
                raise UsageError(unfit)
            _become(order, bundle)
        return _WorkerJudge.judge.grade(submission, earlier)
    except GraderError as error:
        raise UsageError(f"the dask worker {worker.name} at {worker.address} cannot grade: {error}") from None


def obstacle(there: Mapping[str, str], threads: int, here: Mapping[str, str]) -> str:
    """Why a worker with these versions and threads cannot judge, and what would help; empty where it can."""
    if other := differences(there, here):
        return f"{other}. Install the same there: pip install '.[dask]' in the checkout, with the same constraints"
    if threads != 1:
        return f"it has {threads} threads, but judges one at a time. Start it so: dask worker --nthreads 1 --nworkers N"
    return ""


def _become(order: JudgeOrder, bundle: bytes) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # as at home, before numpy and torch are loaded
    from grader.assignment import load_assignment
    from grader.extra.dask.bundle import Unbundled
    from grader.grading.pool import Judge

    _WorkerJudge.order = None
    _WorkerJudge.cleanup.close()
    unbundled = Unbundled(bundle)
    _WorkerJudge.cleanup.callback(unbundled.close)
    assignment = load_assignment(unbundled.course, order.assignment, seed=order.seed, only=order.only)
    if assignment.digest != order.digest:
        raise UsageError(f"{order.assignment} comes out differently here, although all versions are the same")
    _WorkerJudge.judge = Judge(assignment, order.policy, order.only)
    _WorkerJudge.cleanup.callback(_WorkerJudge.judge.close)
    _WorkerJudge.order = order
