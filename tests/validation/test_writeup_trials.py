"""A write-up check is tried on its own answer in many styles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.rubric import CheckSpec, Rubric
from grader.rubric.loading import load
from grader.rubric.writeup_keys import NumberSpec, TableSpec
from grader.validation.writeup_styles import styles_of
from grader.validation.writeup_trials import writeup_reports
from tests.conftest import ROOT


def _rubric(name: str) -> Rubric:
    return load(ROOT / "rubrics" / f"{name}.yaml")


@pytest.mark.parametrize("name", ["hw1", "hw2"])
def test_the_bundled_rubrics_read_their_own_answers(name: str) -> None:
    """Every style passes, and none with one value changed."""
    reports = list(writeup_reports(_rubric(name)))
    assert [problem for one in reports for problem in one.problems] == []
    assert sum(one.styles for one in reports) > 30


def _with(rubric: Rubric, spec: CheckSpec) -> Rubric:
    questions = tuple(
        replace(question, checks=tuple(spec if one.id == spec.id else one for one in question.checks))
        for question in rubric.questions
    )
    return replace(rubric, questions=questions)


def _spec(rubric: Rubric, check: str) -> CheckSpec:
    return next(one for question in rubric.questions for one in question.checks if one.id == check)


def test_a_check_that_cannot_find_its_answer_is_named() -> None:
    """A rubric whose label nobody writes loses right answers, and the report says in which style."""
    rubric = _rubric("hw1")
    spec = _spec(rubric, "q1_total")
    assert isinstance(spec.writeup, NumberSpec)
    unfindable = replace(spec.writeup, find=replace(spec.writeup.find, label=("x y*",)))
    styles = list(styles_of(spec.writeup, spec.tolerance))
    assert len(styles) > 5 and len({style.right for style in styles}) == len(styles)
    [report] = [
        one for one in writeup_reports(_with(rubric, replace(spec, writeup=unfindable))) if one.id == "q1_total"
    ]
    assert report.styles == 0 or report.lost


@pytest.mark.parametrize(
    ("header", "idle"),
    [
        (("param*", "parameters"), ["'parameters'"]),
        (("parameters", "param*"), ["'parameters'"]),
        (("weights", "weights"), ["'weights'"]),  # one of the two may go
        (("weights", "parameters"), []),
    ],
)
def test_a_pattern_that_another_covers_is_idle(header: tuple[str, ...], idle: list[str]) -> None:
    """`parameters` beside `param*` changes nothing, in whichever order they stand."""
    rubric = _rubric("hw1")
    spec = _spec(rubric, "q1_table")
    assert isinstance(spec.writeup, TableSpec)
    first, second = spec.writeup.columns
    writeup = replace(spec.writeup, columns=(first, replace(second, header=header)))
    [report] = [one for one in writeup_reports(_with(rubric, replace(spec, writeup=writeup))) if one.id == "q1_table"]
    assert [told.rpartition(": ")[2] for told in report.idle if f"header of {second.name}" in told] == idle
