"""Reading rubrics: from `rubrics/<name>.yaml` to frozen values, or every fault at once."""

from grader.rubric.loading import load
from grader.rubric.model import Limits
from grader.rubric.rubric import DEFAULT_TOLERANCE, CheckSpec, Question, Rubric

__all__ = ["DEFAULT_TOLERANCE", "CheckSpec", "Limits", "Question", "Rubric", "load"]
