"""Whatever name or kind a write-up has, its checks are judged or wait for a person; none is missing in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from writeup_checks import checks, spec

from grader.intake.archives import has_archives
from grader.intake.finding import Wanted
from grader.intake.placing import place
from grader.intake.reading import read_submission
from grader.worker.worker import read_document
from grader.writeup import judge
from tests.conftest import ROOT

RIGHT = "## Question 3\n\niii) J = 0.8026\n\niv) Model A has the smaller norm.\n"
MODULES = ("q1_lenet.py", "q2_toeplitz.py", "q3_losses.py", "q4_robust.py", "q5_minibatch.py")


@pytest.fixture(scope="module")
def wanted() -> Wanted:
    """What homework 1 asks for."""
    return Wanted("hw1", {name.removesuffix(".py"): () for name in MODULES}, "answers.md", skeleton=b"# hw1\n")


def _judged(folder: Path, wanted: Wanted) -> tuple[str, str]:
    """What becomes of the check of the cost, and what is said of it."""
    for name in MODULES:
        (folder / name).write_bytes((ROOT / "submissions" / "hw1" / "ana" / name).read_bytes())
    submission = read_submission(folder)
    assert not has_archives(submission)
    placed = place(submission, wanted, {})
    notes = " ".join(placed.submission.notes)
    if "" in placed.waits:
        return "person", placed.waits[""]
    if placed.write_up is None:
        return "missing", notes
    document, told = read_document(*placed.write_up)
    outcome = judge(spec("q3_cost"), document, tolerance=checks()["q3_cost"].tolerance, homework="1")
    if outcome.status == "missing" and "" in placed.doubts:
        return "person", placed.doubts[""]
    names = {"passed": "right", "failed": "wrong", "partial": "wrong", "needs_review": "person"}
    return names.get(outcome.status, outcome.status), " ".join([notes, outcome.feedback, *told])


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("answers.md", "right"), ("Answers.md", "right"), ("answers.MD", "right"), ("answers.txt", "right"),
        ("answers.tex", "right"), ("answers.html", "right"), ("writeup.md", "person"), ("answers.pdf", "person"),
        ("answers.docx", "person"), ("answers.odt", "person"), ("answers.rtf", "person"), ("scan.png", "person"),
        ("scan.jpg", "person"),
    ],
)  # fmt: skip
def test_a_write_up_under_another_name_is_read_or_waits(
    tmp_path: Path, wanted: Wanted, name: str, verdicts: str
) -> None:
    """It is named where it is not the file that was asked for; a wrong answer in it stays wrong."""
    (tmp_path / name).write_text(RIGHT)
    verdict, told = _judged(tmp_path, wanted)
    assert verdict == verdicts, told
    assert name == "answers.md" or name.casefold() in told.casefold()
    (tmp_path / name).write_text(RIGHT.replace("0.8026", "0.8206"))
    assert _judged(tmp_path, wanted)[0] == {"right": "wrong"}.get(verdicts, verdicts)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("See answers.pdf.", "answers.pdf"),
        ("## Question 3\n\niii) ![my answer](q3.png)", "q3.png"),
    ],
)
def test_what_stands_elsewhere_is_no_zero(tmp_path: Path, wanted: Wanted, text: str, other: str) -> None:
    """An answers.md that says nothing itself leaves the other file to a person, by its name."""
    (tmp_path / "answers.md").write_text(text)
    (tmp_path / other).write_text(RIGHT)
    verdict, told = _judged(tmp_path, wanted)
    assert verdict == "person" and other in told


def test_an_empty_write_up_yields_to_another(tmp_path: Path, wanted: Wanted) -> None:
    """What stands in the other file is read or left to a person, by its name."""
    (tmp_path / "answers.md").write_text("")
    (tmp_path / "answers.txt").write_text(RIGHT)
    verdict, told = _judged(tmp_path, wanted)
    assert verdict in ("right", "person") and "answers.txt" in told


def test_the_asked_for_file_counts_before_notes(tmp_path: Path, wanted: Wanted) -> None:
    """Another document with another number changes nothing."""
    (tmp_path / "answers.md").write_text(RIGHT)
    (tmp_path / "notes.md").write_text(RIGHT.replace("0.8026", "0.8206"))
    assert _judged(tmp_path, wanted)[0] == "right"


def test_a_read_me_earns_nothing(tmp_path: Path, wanted: Wanted) -> None:
    """Neither a README nor the requirements are a write-up."""
    (tmp_path / "README.md").write_text("My homework.")
    (tmp_path / "requirements.txt").write_text("numpy")
    assert _judged(tmp_path, wanted)[0] in ("missing", "person")
