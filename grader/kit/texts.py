"""The texts of a kit that a student may hand in as they are: its readme, and the write-up without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from string import Template

from grader.checks.feedback.refusals import REFUSALS
from grader.rubric import Rubric
from grader.rubric.writeup_keys import Kind


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
        handout=rubric.handout or "the handout",
        modules=", ".join(f"`{module}`" for module in modules if module.endswith(".py")),
        write_up=rubric.write_up,
        refusals="\n".join(f"- {one.act}" for one in REFUSALS),
    )


def template(name: str) -> str:
    """The text of a file that a kit brings, as it lies in the package."""
    return resources.files("grader.kit").joinpath("templates", name).read_text(encoding="utf-8")
