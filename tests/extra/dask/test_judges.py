"""Judges of a dask cluster keep to the contract of executors."""

from __future__ import annotations

import pytest

from grader.extra.dask import scheduler
from tests.conftest import MINI
from tests.contracts.executor import ExecutorContract


class TestDask(ExecutorContract):
    """One real worker."""

    @pytest.fixture(autouse=True)
    def _cluster(self, cluster):
        cluster.worker("--nthreads", 1, "--no-nanny")
        self.address = cluster.address

    def grade_all(self, assignment, submissions):
        return scheduler.grade_all(
            self.address, MINI, assignment, submissions,
            policy="auto", only=frozenset(), earlier={}, say=print,
        )  # fmt: skip
