"""Archives: opened in the sandbox alone, in memory; nothing of a bad one is taken, nothing of a good one is lost."""

from __future__ import annotations

import contextlib
import dataclasses
import lzma
import struct
import time
import zlib
from random import Random

import pytest

from grader.grading.one_submission import grade
from grader.intake.archives import open_archives
from grader.intake.reading import read_submission
from grader.intake.submission import Submission
from grader.model.outcome import Failure, Value
from grader.sandbox import Budget
from grader.worker import sevenzip
from grader.worker.archive import BadArchive, members
from grader.worker.files import MAX_FILES
from tests.hostile import sevenzips
from tests.hostile.archives import CAPPED, EMPTY, HONEST, HONEST_ONES, handed_in, tarred, zipped


@pytest.mark.parametrize("name", sorted(EMPTY))
def test_a_bad_archive_yields_nothing_and_says_why(name):
    """No file, and either a reason for each or one for all."""
    archive = handed_in(EMPTY[name])
    started = time.process_time()
    try:
        contents = members(*archive)
        files, told = contents.files, [*contents.others, *contents.unread.values()]
    except BadArchive as reason:
        files, told = {}, [str(reason)]
    assert files == {}
    assert told
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", sorted(HONEST_ONES))
def test_a_good_archive_loses_nothing(name):
    """However it was packed, the module is there under its own name, in whatever folder."""
    files = members(*handed_in(HONEST_ONES[name])).files
    assert [content for path, content in files.items() if path.split("/")[-1] == "m.py"] == [HONEST]


@pytest.mark.parametrize("name", sorted(CAPPED))
def test_caps_leave_out_what_comes_last(name):
    """What is wanted is read before all else, the rest is named by its reason."""
    contents = members(*handed_in(CAPPED[name]), wanted=["m"])
    assert contents.files["m.py"] == HONEST
    assert len(contents.files) <= MAX_FILES
    assert contents.unread


def test_a_7z_that_is_spoiled_is_refused_and_ends_nothing():
    """Any bytes of it, also where its sums are made to match: a reason, at once."""
    random = Random(7)
    started = time.process_time()
    for data in (*sevenzips.OPENED.values(), *sevenzips.LEFT.values()):
        offset, size = struct.unpack("<QQ", data[12:28])
        for _ in range(60):
            spoiled = bytearray(data)
            for _ in range(random.randint(1, 3)):
                spoiled[random.randrange(32, len(spoiled))] = random.choice([0, 1, 127, 128, 255])
            spoiled[28:32] = struct.pack("<I", zlib.crc32(spoiled[32 + offset : 32 + offset + size]))
            with contextlib.suppress(BadArchive):
                members("a.7z", bytes(spoiled))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("n", [1, 8, 9, 10])
def test_a_7z_of_empty_files_has_them_all(n):
    """Which of them are empty is a bit each, and which of those are no folders another: here all but the last."""
    bits = [bytes(sum(one << (7 - bit) for bit, one in enumerate(told[at : at + 8])) for at in range(0, n, 8))
            for told in ([True] * n, [True] * (n - 1) + [n == 1])]  # fmt: skip
    names = b"\0" + b"".join(f"{k:02}.py\0".encode("utf-16-le") for k in range(n))
    told = b"".join(bytes([mark, len(own)]) + own for mark, own in zip((0x0E, 0x0F, 0x11), (*bits, names), strict=True))
    header = bytes([0x01, 0x05, n]) + told + b"\0\0"
    start = struct.pack("<QQI", 0, len(header), zlib.crc32(header))
    archive = sevenzip.MAGIC + b"\0\4" + struct.pack("<I", zlib.crc32(start)) + start + header
    found = sevenzip.entries(archive, 10)
    assert [one.name for one in found] == [f"{k:02}.py" for k in range(max(1, n - 1))]
    assert {one.read(10) for one in found} == {b""}


def test_a_7z_counts_what_comes_out_of_it():
    """All its files come out of one stream together, which counts once; one that is larger is not unpacked."""
    data = sevenzips.OPENED["7z with LZMA2"]
    [entry, *_] = sevenzip.entries(data, 10_000)
    assert entry.read(3) == entry.read(10)[:3]
    with pytest.raises(sevenzip.UnreadableSevenZip, match="unfolds to more"):
        sevenzip.entries(data, 10)[0].read(3)


def test_a_7z_whose_bytes_do_not_match_their_sum_loses_that_file():
    """The others are taken."""
    contents = members("a.7z", sevenzips.OPENED["7z with nothing"].replace(b"float", b"floor"))
    assert "do not match their sum" in contents.unread["hw1/m.py"]
    assert "Lösung/zähler.py" in contents.files


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_archives_lie_in_archives_two_deep(depth):
    """Of any kind within any other; what is deeper is named."""
    packed, name = zipped(("m.py", HONEST)), "a.zip"
    for level in range(depth):
        packed = lzma.compress(tarred((name, packed))) if level % 2 else zipped((f"in/{name}", packed))
        name = f"{level}.tar.xz" if level % 2 else f"{level}.zip"
    contents = members(name, packed)
    assert (HONEST in contents.files.values()) == (depth <= 2)
    assert any("archives are opened" in why for why in contents.unread.values()) == (depth > 2)


def test_the_same_file_twice_is_one_file():
    """Two with one name and different contents are neither."""
    assert members("a.zip", zipped(("m.py", HONEST), ("m.py", HONEST))).files == {"m.py": HONEST}
    other = members("a.zip", zipped(("m.py", HONEST), ("m.py", b"x = 1"), ("m.py", HONEST)))
    assert other.files == {}
    assert "more than once" in other.unread["m.py"]


@pytest.mark.parametrize(
    "name", ["a bomb", "a gzip bomb", "an xz bomb", "the name '../m.py'", "no zip", "a symlink", "encrypted"]
)
def test_the_sandbox_opens_it(sandbox, name):
    """The same in a sealed worker: nothing is taken, the reason is noted, and the zygote goes on."""
    archive_name, data = handed_in(EMPTY[name])
    submission = open_with(sandbox, Submission("eve", {}, (), data, archive_name))
    assert submission.files == {}
    assert submission.unread
    good = open_with(sandbox, Submission("ana", {}, (), zipped(("m.py", HONEST)), "a.zip"))
    assert good.files == {"m.py": HONEST}


def open_with(sandbox, submission):
    """What is in an archive, as a sandbox's worker says."""
    session = sandbox.open({}, Budget(), 0)
    try:
        return open_archives(submission, session)
    finally:
        session.close()


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


def test_an_archive_that_cannot_be_read_is_nobodys_zero(mini, sandbox, tmp_path):
    """It is ungraded, and says what to do."""
    path = tmp_path / "ana.zip"
    path.write_bytes(b"no zip")
    result = grade(mini, read_submission(path), sandbox)
    assert result.status == "ungraded"
    assert "ana.zip was not read" in result.verdicts[0].feedback
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


LISTS = [
    [["m.py"]], [["m.py", "text"]], [["../m.py", b""]], [["/m.py", b""]], [["m.sh", b""]], [[".m.py", b""]],
    [["m.py", b""], ["m.py", b""]], [[f"m{n}.py", b""] for n in range(300)], [["m.py", b"x" * (1 << 20)]], [["m.py", b"", 1]],
    [["m\0.py", b""]], [["a.zip", b""]],
]  # fmt: skip
LIES = [
    None, 3, "a reason", [], [[]], [{}, [], []], *([files, [], []] for files in LISTS), [[["m.py", b""]], [3], []],
    [[["m.py", b""]], [], ["m.py"]], [[["m.py", b""]], [], [["m.py", 3]]], [[["m.py", b""]], ["x" * 999], []],
]  # fmt: skip


@pytest.mark.parametrize("answer", [*map(Value, LIES), Failure("timeout", "no answer within 10 s")], ids=str)
def test_what_a_worker_says_is_in_an_archive_is_a_claim(answer):
    """Files that no folder could hold are not taken, whoever says so."""
    submission = open_archives(Submission("eve", {}, (), b"zip", "a.zip"), Lying(answer))
    assert submission.files == {}
    assert list(submission.unread) == ["a.zip"]


def test_folders_are_left_alone():
    """What is no archive needs no worker."""
    submission = Submission("ana", {"m.py": HONEST})
    assert open_archives(submission, Lying(None)) is submission
    assert dataclasses.replace(submission, archive=b"").digest != submission.digest
