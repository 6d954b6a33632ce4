"""Attempts on the means that the worker answers by: nothing gained, and nobody else notices."""

from __future__ import annotations

import json
import textwrap

import pytest

from grader.export.gradescope import gradescope
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from tests.hostile.means import AT_IMPORT, IN_CALL
from tests.hostile.test_judge import TOTAL, timeless

# What is patched is asked by other functions of the question as well; they lose by it.
ALSO = ("model_is_right", "conv_matches_torch", "conv_is_linear", "conv_keeps_inputs")


@pytest.fixture(scope="module")
def graded(mini, sandbox):
    """Grades the source of module `m`."""
    return lambda source: grade(mini, Submission("eve", {"m.py": source.encode("utf-8", "surrogatepass")}), sandbox)


@pytest.fixture(scope="module")
def neighbour(graded, honest):
    """The line of a right answer, before anything happened."""
    return timeless(graded(honest).to_json())


def sources(honest):
    """Every attempt by its name."""
    for name, body in IN_CALL.items():
        yield name, honest.replace("    return float(x.sum())", textwrap.indent(body, "    "))
    for name, code in AT_IMPORT.items():
        yield name, f"{honest.replace('return float(x.sum())', 'return 99.0')}\n\n{code}\n"


@pytest.mark.parametrize("name", [*IN_CALL, *AT_IMPORT])
def test_an_attempt_on_the_means_gains_nothing(graded, honest, neighbour, name):
    """The attacked function earns nothing, the submission is graded, and its line is short and can be written out."""
    result = graded(dict(sources(honest))[name])
    assert result.status == "graded", [verdict.feedback for verdict in result.verdicts]
    for verdict in result.verdicts:
        assert verdict.score == 0 if verdict.id in TOTAL else verdict.status == "passed" or verdict.id in ALSO, verdict
    line = result.to_json()
    assert len(json.dumps(line, allow_nan=False)) < 20_000
    assert gradescope(line)["score"] == line["score"]


def test_a_neighbour_of_all_of_them_is_judged_as_before(graded, honest, neighbour):
    """By the same judge, from the same warm process."""
    assert timeless(graded(honest).to_json()) == neighbour
