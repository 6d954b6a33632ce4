"""Archives: opened in the sandbox alone, in memory; nothing of a bad one is taken, nothing of a good one is lost."""

from __future__ import annotations

import dataclasses
import time

import pytest

from grader.grading import grade
from grader.outcome import Failure, Value
from grader.sandbox import Budget
from grader.submission import Submission, read_submission
from grader.unpacking import opened
from grader.worker.archive import BadArchive, members
from tests.hostile.archives import EMPTY, HONEST, HONEST_ONES, zipped


@pytest.mark.parametrize("name", sorted(EMPTY))
def test_a_bad_archive_yields_nothing_and_says_why(name):
    """No file, and either a note on each or one reason for all."""
    started = time.process_time()
    try:
        files, notes = members(*EMPTY[name])
    except BadArchive as reason:
        files, notes = {}, [str(reason)]
    assert files == {}
    quiet = ("an empty", "hidden", "what macOS", "another kind", "an archive in")
    assert notes or name.startswith(quiet)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", sorted(HONEST_ONES))
def test_a_good_archive_loses_nothing(name):
    """However it was packed, the module is there under its own name."""
    files, _ = members(*HONEST_ONES[name])
    assert files["m.py"] == HONEST


@pytest.mark.parametrize(
    "name", ["a bomb", "a gzip bomb", "six thousand members", "the name '../m.py'", "no zip", "a symlink", "encrypted"]
)
def test_the_sandbox_opens_it(sandbox, name):
    """The same in a sealed worker: nothing is taken, the reason is noted, and the zygote goes on."""
    archive_name, data = EMPTY[name]
    submission = opened(Submission("eve", {}, (), data, archive_name), sandbox, Budget())
    assert submission.files == {}
    assert submission.notes
    good = opened(Submission("ana", {}, (), zipped(("m.py", HONEST)), "a.zip"), sandbox, Budget())
    assert good.files == {"m.py": HONEST}


def test_an_archive_is_graded_as_its_folder(mini, sandbox, honest, tmp_path):
    """The same verdicts, and a digest of its own."""
    path = tmp_path / "ana.zip"
    path.write_bytes(zipped(("hw1/m.py", honest.encode())))
    result = grade(mini, read_submission(path), sandbox)
    folder = grade(mini, Submission("ana", {"m.py": honest.encode()}), sandbox)
    assert [v.status for v in result.verdicts] == [v.status for v in folder.verdicts]
    assert result.score == result.max_score
    assert result.submission == "ana"
    assert result.digest == read_submission(path).digest != folder.digest


def test_an_archive_that_cannot_be_read_is_missing_files_and_says_why(mini, sandbox, tmp_path):
    """No grade is ours to withhold: there are no files, and the student reads what to do."""
    path = tmp_path / "ana.zip"
    path.write_bytes(b"no zip")
    result = grade(mini, read_submission(path), sandbox)
    assert {v.status for v in result.verdicts} <= {"missing", "blocked"}
    assert "zip the folder once more" in result.notes[0]


class Lying:
    """A sandbox whose worker answers what it likes."""

    name = "lying"

    def __init__(self, outcome):
        self.outcome = outcome

    def open(self, *_):
        return self

    def unpack(self, *_):
        return self.outcome

    def close(self):
        """Nothing to end."""


LIES = [
    None, 3, "a reason", [], [[]], [{}, []], [[["m.py"]], []], [[["m.py", "text"]], []], [[["../m.py", b""]], []],
    [[["/m.py", b""]], []], [[["m.sh", b""]], []], [[[".m.py", b""]], []], [[["m.py", b""], ["m.py", b""]], []],
    [[[f"m{n}.py", b""] for n in range(300)], []], [[["m.py", b"x" * (1 << 20)]], []], [[["m.py", b""]], [3]],
    [[["m.py", b"", 1]], []], [[["m\0.py", b""]], []],
]  # fmt: skip


@pytest.mark.parametrize("answer", [*map(Value, LIES), Failure("timeout", "no answer within 10 s")], ids=str)
def test_what_a_worker_says_is_in_an_archive_is_a_claim(answer):
    """Files that no folder could hold are not taken, whoever says so."""
    submission = opened(Submission("eve", {}, (), b"zip", "a.zip"), Lying(answer), Budget())
    assert submission.files == {}
    assert submission.notes[0].startswith("a.zip cannot be opened: ")


def test_folders_are_left_alone():
    """What is no archive needs no sandbox."""
    submission = Submission("ana", {"m.py": HONEST})
    assert opened(submission, Lying(None), Budget()) is submission
    assert dataclasses.replace(submission, archive=b"").digest != submission.digest
