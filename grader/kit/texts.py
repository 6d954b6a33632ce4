"""The texts of a kit that a student may hand in as they are: its readme, and the write-up without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from string import Template

from grader.checks.feedback.refusals import REFUSALS
from grader.rubric import Rubric
from grader.rubric.writeup_keys import Kind

_OF_WRITE_UP = """\
Of the write-up you learn what could be read, not whether it is right: look there for a matrix or a number that was read
otherwise than you meant it.

"""
_OF_GRADING = "When your work is graded, other inputs are drawn."
_OF_HIDDEN = """\
When your work is graded, other inputs are drawn, and hidden checks run as well; how many there are, and what they are
worth, stands at the end of what `check` prints."""


def skeleton(rubric: Rubric) -> str:
    """The write-up with a heading for each question and part that is asked for, and no word of an answer."""
    lines = [f"# {rubric.title}"]  # the headings below bear no title: it could be read as an answer
    for question in rubric.questions:
        found = [spec.writeup.find for spec in question.checks if isinstance(spec.writeup, Kind)]
        for number in dict.fromkeys(find.question for find in found):
            lines += ["", f"## Question {number}"]
            parts = dict.fromkeys(find.part for find in found if find.question == number and find.part)
            lines += [line for part in parts for line in ("", f"### {part})")]
    return "\n".join(lines) + "\n"


def readme(rubric: Rubric, modules: Sequence[str]) -> str:
    """The kit's own readme.

    Args:
        modules: the files that are handed out to be filled in.
    """
    return Template(template("README.md")).substitute(
        title=rubric.title,
        assignment=rubric.assignment,
        task=_task(rubric, [module for module in modules if module.endswith(".py")]),
        of_write_up=_OF_WRITE_UP if has_write_up(rubric) else "",
        of_hidden=_OF_HIDDEN if any(spec.visibility != "visible" for spec in rubric.checks) else _OF_GRADING,
        refusals="\n".join(f"- {one.act}" for one in REFUSALS),
    )


def has_write_up(rubric: Rubric) -> bool:
    """Whether anything is asked for in words."""
    return any(spec.part == "writeup" for spec in rubric.checks)


def where_told(rubric: Rubric) -> str:
    """Where students read what is asked of them."""
    return f"in {rubric.handout}" if rubric.handout else "by your instructor"


def _task(rubric: Rubric, modules: Sequence[str]) -> str:
    """What is to be written, and where."""
    told = f"in [{rubric.handout}]({rubric.handout})" if rubric.handout else where_told(rubric)
    wanted = [f"the functions in {', '.join(f'`{module}`' for module in modules)}"] if modules else []
    wanted += [f"your answers in `{rubric.write_up}`"] if has_write_up(rubric) else []
    names = "file's name" if len(modules) + has_write_up(rubric) == 1 else "files' names"
    return (
        f"The task is told {told}. Write {', and '.join(wanted)}; keep the {names}.\n"
        "Other modules of your own may stand beside."
    )


def template(name: str) -> str:
    """The text of a file that a kit brings, as it lies in the package."""
    return resources.files("grader.kit").joinpath("templates", name).read_text(encoding="utf-8")
