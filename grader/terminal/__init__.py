"""What the terminal shows: progress and a table of a class, a submission in detail, a lesson for its author."""

from grader.terminal.details import details
from grader.terminal.differences import differences
from grader.terminal.progress import ProgressBars
from grader.terminal.table import table

__all__ = ["ProgressBars", "details", "differences", "table"]
