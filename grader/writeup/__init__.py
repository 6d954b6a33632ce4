"""Judging what was read of a write-up: tables, numbers, matrices, formulas, relations, text."""

from grader.writeup.judging import judge, matrix_of
from grader.writeup.outcome import WriteupOutcome

__all__ = ["WriteupOutcome", "judge", "matrix_of"]
