"""Whole write-ups, each in another student's style, come out check by check as they should."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from writeup_checks import outcomes, spec

from grader.worker.reading.document import read_writeup
from grader.writeup import matrix_of

SAMPLES = sorted(Path(__file__).with_name("samples").glob("*.md"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_whole_write_up_comes_out_as_expected(sample: Path) -> None:
    """Every check of a sample has the status that stands beside it."""
    expected = yaml.safe_load(sample.with_suffix(".yaml").read_text(encoding="utf-8"))
    found = {name: outcome.status for name, outcome in outcomes(sample.read_text(encoding="utf-8")).items()}
    assert found == expected


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_what_follows_does_not_depend_on_line_ends(sample: Path) -> None:
    """A write-up saved on Windows is read alike."""
    text = sample.read_text(encoding="utf-8")
    assert read_writeup(text.replace("\n", "\r\n")) == read_writeup(text)


def test_the_matrix_read_can_be_compared_with_the_code() -> None:
    """The W of a write-up comes out as plain rows."""
    text = SAMPLES[0].with_name("sheet.md").read_text(encoding="utf-8")
    rows = matrix_of(read_writeup(text), spec("q2_matrix"))
    assert rows is not None and (len(rows), len(rows[0])) == (4, 16)
    assert matrix_of(read_writeup("nothing"), spec("q2_matrix")) is None


def test_a_question_answered_twice_is_noted() -> None:
    """The last answer counts, and the note says so."""
    text = SAMPLES[0].with_name("twice.md").read_text(encoding="utf-8")
    assert read_writeup(text)["notes"] == ["Question 3 is answered more than once; the last answer counts."]
