"""Feedback says what was read, so that a misreading is seen at once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import ValidationError
from writeup_checks import checks, judged, spec

from grader.rubric.options import reader
from grader.rubric.writeup_keys import Column, Find, FormulaSpec, ReadableSpec
from grader.worker.reading.document import read_writeup
from grader.writeup import judge

VARIANTS = Path(__file__).with_name("variants")
ROWS = VARIANTS.joinpath("matrix.wrong.txt").read_text(encoding="utf-8").split("\n%%\n")


def test_a_matrix_is_described_with_the_places_that_differ() -> None:
    """Rows and columns are named, counted from 1."""
    feedback = judged("q2_matrix", "## Question 2\n\n" + ROWS[1]).feedback
    assert feedback == "Read W as a 4×16 matrix; it differs from the expected one in row 2 in columns 5 and 6."


def test_a_flipped_kernel_is_named() -> None:
    """The known mistake has its own feedback."""
    assert "flipped kernel" in judged("q2_matrix", "## Question 2\n\n" + ROWS[0]).feedback


def test_a_transposed_matrix_is_named() -> None:
    """A matrix in the other orientation is wrong, and the feedback says why."""
    outcome = judged("q2_matrix", "## Question 2\n\n" + ROWS[5])
    assert outcome.status == "failed" and "transpose" in outcome.feedback


def test_a_merged_layer_costs_its_own_cells_only() -> None:
    """Leaving one layer out of twelve costs two cells of 24."""
    table = VARIANTS.joinpath("table.wrong.txt").read_text(encoding="utf-8").split("\n%%\n")[21]
    outcome = judged("q1_table", "## Question 1\n\n" + table)
    assert outcome.credit == Fraction(22, 24) and outcome.status == "partial"
    assert "conv 1 (output shape)" in outcome.feedback


def test_formula_and_value_must_both_hold() -> None:
    """A cell whose calculation is right and whose value is not is wrong."""
    table = "| Layer | Output | Params |\n|---|---|---|\n| conv | 6x28x28 | (25+1)*6 = 150 |\n| relu | 6x28x28 | 0 |"
    assert "whose two sides differ" in judged("q1_table", f"## Question 1\n\n{table}").feedback


def test_a_known_mistake_earns_its_own_credit() -> None:
    """A missing minus sign is called so."""
    outcome = judged("q3_formula", "## Question 3\n\nii) $l = y\\log p + (1-y)\\log(1-p)$")
    assert outcome.status == "partial" and outcome.credit == Fraction(1, 3) and "minus" in outcome.feedback


def test_ideas_of_a_text_are_a_suggestion() -> None:
    """Found and missing ideas are told; a person decides."""
    outcome = judged("q5_small_batches", "## Question 5\n\nThe gradients get noisy. Nothing else happens.")
    assert outcome.status == "needs_review" and 0 < outcome.credit < 1
    assert "did not find that an outlier dominates its batch" in outcome.feedback


def test_a_document_that_is_none_is_for_a_person() -> None:
    """What a worker sends is a claim: nothing in it can make the judge fail."""
    for document in (
        {},
        {"sections": 3},
        {"sections": [{"question": "3"}], "cut": False, "notes": []},
        {"sections": [[]]},
    ):
        for name, check in checks().items():
            assert judge(spec(name), document, tolerance=check.tolerance).status == "needs_review"


def test_a_rubric_whose_formula_cannot_be_read_is_refused() -> None:
    """An instructor learns it when the rubric is loaded, not when the class is graded."""
    with pytest.raises(ValidationError, match="expected a formula"):
        reader(FormulaSpec).validate_python({"find": {"question": 3}, "equals": "-y*log(", "symbols": {"y": {}}})


TITLE = "# CS 231n, Homework 1: convolution, losses and mini-batches, my answers, Jane Doe, spring 2026"


def test_a_title_is_no_answer_under_no_question() -> None:
    """However long it is; a text below it may be one, and so may a heading that states a number."""
    answered = "\n\n## Question 1\n\nThe total is 61706.\n"
    assert judged("q4_outliers", TITLE + answered).status == "missing"
    assert judged("q4_outliers", TITLE + "\n\n### Stanford" + answered).status == "missing"
    text = "The mean goes along with an outlier, the median stays, so that I choose the sum of absolute values."
    assert judged("q4_outliers", f"{TITLE}\n\n{text}{answered}").status == "needs_review"
    assert judged("q1_total", "# Total: 61706\n\n## Question 2\n\nNothing.\n").read == "61706"


@pytest.mark.parametrize("reads", ["table", "number", "matrix", "formula", "relation", "text"])
def test_a_spec_of_a_kit_is_looked_up_like_another(reads: str) -> None:
    """Whatever a kit reads, a text in its place is read, and no accident of ours."""
    column = Column(name="size", reads="number", header=("size",))
    subjects = {"A": ("A",), "B": ("B",)}
    kept = ReadableSpec(find=Find(question="1", label=("total",)), reads=reads, columns=(column,), subjects=subjects)
    assert {kept: 1}[replace(kept)] == 1
    outcome = judge(kept, read_writeup("## Question 1\n\nJane Doe, 12 of them\n"))
    assert "could not be judged" not in outcome.feedback
