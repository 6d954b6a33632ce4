"""A module for hostile submissions, the same that `grader doctor` attacks the judge with."""

from grader.doctor.forging import FORGE

__all__ = ["FORGE"]
