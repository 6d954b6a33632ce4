"""Judges of a dask cluster keep to the contract of executors."""

from __future__ import annotations

import pytest

from grader.course.folders import Course
from grader.extra.dask import scheduler
from tests.contracts.executor import ExecutorContract


class TestDask(ExecutorContract):
    """One real worker."""

    @pytest.fixture(autouse=True)
    def _cluster(self, cluster, light_course):
        cluster.worker("--nthreads", 1, "--no-nanny")
        self.address, self.course = cluster.address, Course(light_course)

    def grade_all(self, assignment, submissions):
        return scheduler.grade_all(
            self.address, self.course, assignment, submissions,
            policy="auto", only=frozenset(), earlier={}, say=print,
        )  # fmt: skip
