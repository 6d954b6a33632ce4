"""The judges of this machine, one or two of them, keep to the contract of executors."""

from __future__ import annotations

from grader.grading import pool
from tests.contracts.executor import ExecutorContract


class TestOneJudge(ExecutorContract):
    """One process after the other."""

    n_judges = 1

    def grade_all(self, assignment, submissions):
        return pool.grade_all(assignment, submissions, policy="auto", only=frozenset(), workers=self.n_judges)


class TestTwoJudges(TestOneJudge):
    """Side by side."""

    n_judges = 2
