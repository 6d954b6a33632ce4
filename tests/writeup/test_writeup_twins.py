"""Right answers in many styles beside wrong twins: none is called wrong, none gets everything, few are for a person."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from twins import BATCHES, Twin, twins, twins_of
from writeup_checks import judged, verdict_of

TWINS = list(twins())
MOST_FOR_A_PERSON = 0.08


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_a_twin_is_told_from_the_other(twin: Twin) -> None:
    """A right answer is not called wrong, a wrong one does not earn everything."""
    outcome = judged(twin.check, twin.text, twin.assignment)
    allowed = ("right", "person") if twin.is_right else ("wrong", "person")
    assert verdict_of(outcome) in allowed, outcome.feedback


def test_few_right_answers_are_left_to_a_person() -> None:
    """Of the right ones, counted here, at most a few cannot be read."""
    verdicts = Counter(verdict_of(judged(one.check, one.text, one.assignment)) for one in TWINS if one.is_right)
    share = verdicts["person"] / verdicts.total()
    print(f"{verdicts.total()} right answers: {dict(verdicts)}; {share:.1%} left to a person")
    assert verdicts.total() >= 200
    assert share <= MOST_FOR_A_PERSON


@pytest.mark.parametrize("batch", BATCHES, ids=lambda file: file.stem)
def test_a_batch_written_before_it_was_tried(batch: Path) -> None:
    """Of each batch all is told apart, and few are left to a person."""
    verdicts = [(twin, verdict_of(judged(twin.check, twin.text, twin.assignment))) for twin in twins_of(batch)]
    wrongly = [twin.name for twin, verdict in verdicts if verdict == ("wrong" if twin.is_right else "right")]
    for_a_person = [twin.name for twin, verdict in verdicts if twin.is_right and verdict != "right"]
    assert wrongly == []
    assert len(for_a_person) <= MOST_FOR_A_PERSON * len(verdicts) / 2, for_a_person
