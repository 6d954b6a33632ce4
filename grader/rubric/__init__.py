"""Rubrics: the frozen values that `rubrics/<name>.yaml` is read into by `loading`, with every fault told at once."""

from grader.rubric.rubric import DEFAULT_TOLERANCE, CheckSpec, Question, Rubric

__all__ = ["DEFAULT_TOLERANCE", "CheckSpec", "Question", "Rubric"]
