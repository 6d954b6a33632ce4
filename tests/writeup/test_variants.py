"""Right answers in many shapes are never called wrong; wrong ones never earn everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from writeup_checks import judged

VARIANTS = Path(__file__).with_name("variants")
PLACES = {
    "formula": ("q3_formula", "## Question 3\n\nii)\n\n"),
    "number": ("q3_cost", "## Question 3\n\niii)\n\n"),
    "relation": ("q3_norms", "## Question 3\n\niv)\n\n"),
    "matrix": ("q2_matrix", "## Question 2\n\n"),
    "product": ("q2_product", "## Question 2\n\n"),
    "result": ("q2_result", "## Question 2\n\n"),
    "table": ("q1_table", "## Question 1\n\n"),
    "total": ("q1_total", "## Question 1\n\n"),
}


def variants(outcome: str) -> list[object]:
    """Each variant with its check and what stands before it."""
    return list(_variants(outcome))


def _variants(outcome: str) -> Iterator[object]:
    for file in sorted(VARIANTS.glob(f"*.{outcome}.txt")):
        kind = file.name.split(".")[0]
        for number, text in enumerate(file.read_text(encoding="utf-8").split("\n%%\n")):
            yield pytest.param(*PLACES[kind], text, id=f"{kind}-{number}")


@pytest.mark.parametrize(("check", "before", "text"), variants("right"))
def test_a_right_answer_earns_everything(check: str, before: str, text: str) -> None:
    """However it is written, a right answer passes."""
    outcome = judged(check, before + text)
    assert (outcome.status, outcome.credit) == ("passed", 1), outcome.feedback


@pytest.mark.parametrize(("check", "before", "text"), variants("unclear"))
def test_what_cannot_be_read_is_for_a_person(check: str, before: str, text: str) -> None:
    """An answer that may be right but that the program cannot read is no zero."""
    outcome = judged(check, before + text)
    assert outcome.status == "needs_review", outcome.feedback


@pytest.mark.parametrize(("check", "before", "text"), variants("wrong"))
def test_a_wrong_answer_is_found(check: str, before: str, text: str) -> None:
    """A wrong answer loses points; where its meaning is open, a person looks."""
    outcome = judged(check, before + text)
    assert outcome.status in ("failed", "partial", "needs_review")
    assert outcome.status == "needs_review" or outcome.credit < 1
