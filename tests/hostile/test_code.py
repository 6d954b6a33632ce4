"""Hostile code: nothing gained, nothing learned, nothing harmed, ended in time, and neighbours notice nothing."""

from __future__ import annotations

import functools
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from grader.checks.feedback.conclusion import _UNREPEATED
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from tests.hostile.batch import N_HOSTILE, N_SINGLE, NEIGHBOURS, SECRET, graded
from tests.hostile.corpus import ANSWERS, AT_IMPORT, FILES, IN_CALL

ABOUT_TOTAL = {"total_matches_reference", "worked_example"}
AS_BOTH = pytest.mark.parametrize("batch", ["root", "user"], indirect=True)


@functools.cache
def class_of(who):
    with tempfile.TemporaryDirectory() as folder:  # where an ordinary user may go too
        return graded(Path(folder), as_user=who == "user", n_hostile=N_SINGLE if who == "user" else N_HOSTILE)


@pytest.fixture
def batch(request):
    """The class graded as root; and every single attack once more as an ordinary user."""
    who = getattr(request, "param", "root")
    if who == "user" and (os.getuid() != 0 or shutil.which("setpriv") is None):
        pytest.skip("the tests run as an ordinary user anyway, or cannot become one")
    return class_of(who)


def passed(line):
    """The checks that a submission passed."""
    checks = (check for question in line["questions"] for check in question["checks"])
    return {check["id"] for check in checks if check["status"] == "passed"}


def ungraded(line):
    """The checks of a submission that came to no verdict."""
    return [check for question in line["questions"] for check in question["checks"] if check["status"] == "ungraded"]


WAITING = ("a compiled file", "two of a kind")  # a person says what is in it, and which of both counts
UNREAD = ("a notebook of brackets", "a notebook that is none", "nothing but NUL", "bytes", "an archive by another name")
# Why an attacker's later checks of the same question may come to no verdict: it has used up its time (on a busy
# machine "the server patched" does, which walks the heap at each call), or is right again in a process of its own.
OWN_DOING = (
    "no time was left for this: the submission has used up its ",
    "nothing more is read in this run",
    _UNREPEATED,
)


NOT_COMPARED = ("seconds", "submission", "rubric_digest")


def timeless(line):
    """A line without what names it, its course and the time it took."""
    if isinstance(line, dict):
        return {key: timeless(value) for key, value in line.items() if key not in NOT_COMPARED}
    return [timeless(item) for item in line] if isinstance(line, list) else line


@AS_BOTH
def test_everybody_is_graded(batch):
    """No attack costs anybody a grade, and none runs for ever: the command itself has 900 s."""
    assert len(batch.lines) == len(batch.hostile) + sum(map(len, batch.neighbours.values()))
    waiting = [line["submission"] for line in batch.lines.values() if line["status"] == "needs_review"]
    assert waiting == [batch.of(f"files: {name}")["submission"] for name in WAITING]
    unread = [line for line in batch.lines.values() if line["status"] == "ungraded"]
    assert (batch.returncode, batch.stderr) == (bool(unread), "")
    refused = {batch.of(f"files: {name}")["submission"] for name in UNREAD}
    assert refused <= {line["submission"] for line in unread}
    attacks = {submission: attack for attack, submission in batch.hostile.items()}
    for line in unread:
        if line["submission"] not in refused:  # an attack on its own time or process: it earns nothing, a person looks
            assert line["submission"] in attacks, line
            assert all(
                check["feedback"].startswith(OWN_DOING) and check["score"] is None for check in ungraded(line)
            ), line


@AS_BOTH
def test_nothing_is_learned_changed_or_left_behind(batch):
    """No canary in any output, the planted file as it was, no process, no file."""
    assert SECRET not in json.dumps(batch.lines)
    assert (batch.planted_text, batch.planted_mode) == (SECRET, 0o666)
    assert batch.left_behind == []


@AS_BOTH
@pytest.mark.parametrize("name", sorted(NEIGHBOURS))
def test_neighbours_notice_nothing(batch, mini, sandbox, name):
    """Among three hundred attackers an honest line is what it is alone, byte for byte but for the time."""
    files = {"m.py": NEIGHBOURS[name].encode()}
    alone = timeless(grade(mini, Submission("alone", files), sandbox).to_json())
    assert batch.neighbours[name]
    for neighbour in batch.neighbours[name]:
        beside = timeless(batch.lines[neighbour])
        assert {**beside, "sandbox": "", "notes": []} == {**alone, "sandbox": "", "notes": []}


@AS_BOTH
@pytest.mark.parametrize("name", sorted(IN_CALL))
def test_an_attack_within_a_call_gains_nothing(batch, name):
    """The attacked function earns nothing; what the submission does honestly may keep its points."""
    # A patched worker can answer 6 to everything, which `return 6.0` can as well: no more than that.
    constant = name in ("the encoder patched", "the server patched")
    wrong = ABOUT_TOTAL - {"worked_example"} if constant else ABOUT_TOTAL
    assert passed(batch.of(f"call: {name}")).isdisjoint(wrong)


@AS_BOTH
@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_of_an_odd_kind_gains_nothing(batch, name):
    """Whatever it says of itself."""
    assert passed(batch.of(f"answer: {name}")).isdisjoint(ABOUT_TOTAL)


@AS_BOTH
@pytest.mark.parametrize("name", sorted(AT_IMPORT))
def test_an_attack_at_import_gains_nothing(batch, name):
    """`total` is wrong there; no hook, thread or patch makes it right."""
    earned = passed(batch.of(f"import: {name}"))
    assert "total_matches_reference" not in earned
    assert name == "a module's getattr" or "worked_example" not in earned  # which answers 6.0 to everything


@AS_BOTH
@pytest.mark.parametrize("name", sorted(FILES))
def test_hostile_files_gain_nothing(batch, name):
    """Source bombs, shadowing names, notebooks that are none, imports of what knows the answers."""
    assert batch.of(f"files: {name}")["score"] == (None if name in UNREAD else 0)


def test_two_attacks_at_once_gain_nothing(batch):
    """An attack prepared at import and carried out in a call earns what each does: nothing."""
    both = [name for name in batch.hostile if name.startswith("both")]
    assert len(both) == N_HOSTILE - N_SINGLE
    for name in both:
        assert "total_matches_reference" not in passed(batch.of(name)), name
