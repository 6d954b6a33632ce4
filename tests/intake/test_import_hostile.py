"""Archives made to do harm: the entry is named and refused, the others are imported, at little cost."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.intake.records import write_records
from tests.contracts.importer import zipped
from tests.hostile.archives import patched
from tests.hostile.archives import zipped as hostile_zip
from tests.intake.importing import ROSTER, files, records, run


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"PK\x03\x04" + b"\0" * 50, b"\x1f\x8b\0", b"x" * 2000, zipped({"a": b"1"})[:40]]
)
def test_what_is_no_archive_is_said(course, data):
    """One message with the file's name."""
    with pytest.raises(UsageError, match=r"d\.zip"):
        run(course, data)


def lying(data, size):
    """A zip whose headers say another size of its entries."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        real = archive.infolist()[0].file_size
    return data.replace(real.to_bytes(4, "little"), size.to_bytes(4, "little"))


MINE = "lovelaceada_678_91_q1.py"


OTHERS = (("turingalan_679_92_q1.py", b"3"),)


BOMB = hostile_zip((MINE, b"\0" * (80 << 20)), *OTHERS)


HOSTILE = {
    **{f"the name {name[:20]!r}": hostile_zip((name, b"1"), *OTHERS) for name in (
        "../m.py", "a/../../m.py", "/m.py", "/etc/cron.d/m", "C:/m.py", "C:m.py", "a\\..\\..\\m.py", "..\\m.py", "\\\\host\\m.py", "./../m.py",
        f"../{MINE}", f"/{MINE}", f"C:{MINE}",
    )},
    "a zero byte": patched(hostile_zip(("lovelaceada_678_91_qX.py", b"1"), *OTHERS), b"qX.py", b"q\0.py"),
    "a bidirectional mark": hostile_zip(("lovelaceada_678_91_\u202eyp.q", b"1"), *OTHERS),
    "an escape": hostile_zip(("lovelaceada_678_91_\x1b[2J.py", b"1"), *OTHERS),
    "a link": hostile_zip((MINE, b"/etc/passwd"), mode=0o120777), "a device": hostile_zip((MINE, b""), mode=0o020666),
    "a pipe": hostile_zip((MINE, b""), mode=0o010666), "a socket": hostile_zip((MINE, b""), mode=0o140666),
    "encrypted": patched(hostile_zip((MINE, b"1" * 9)), b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x01\x00\x08\x00"),
    "a bomb": BOMB, "a bomb that says it is small": lying(BOMB, 100),
    "a file that says it is huge": lying(hostile_zip((MINE, b"1" * 77)), 2**31 - 1),
    "spoiled bytes": patched(hostile_zip((MINE, b"float"), *OTHERS, compression=zipfile.ZIP_STORED), b"float", b"floor"),
    "a method that nobody knows": patched(hostile_zip((MINE, b"1")), b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x63\x00"),
    "a Windows device": hostile_zip(("lovelaceada_678_91_CON.py", b"1"), *OTHERS), "a trailing dot": hostile_zip(("lovelaceada_678_91_q1.py.", b"1"), *OTHERS),
    "a trailing space": hostile_zip(("lovelaceada_678_91_q1.py ", b"1"), *OTHERS), "a stream of Windows": hostile_zip(("lovelaceada_678_91_q1.py:x", b"1"), *OTHERS),
    "one name twice": hostile_zip((MINE, b"1"), (MINE, b"2"), *OTHERS), "two cases": hostile_zip((MINE, b"1"), (MINE.replace("q1", "Q1"), b"2"), *OTHERS),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_archives(course, kind):
    """The entry is named and refused, the others are imported, nothing lies elsewhere."""
    around = {path.name for path in course.root.parent.iterdir()} | {"d.zip"}
    report = run(course, HOSTILE[kind], system="canvas")
    assert report.has_refused
    assert not [path for path in files(course) if path.startswith("ada/")]
    if b"turingalan" in HOSTILE[kind] and b"120777" not in HOSTILE[kind]:
        assert files(course) == ["alan/q1.py"]
    assert {path.name for path in course.root.parent.iterdir()} == around
    assert set(records(course)) >= (
        {"ada"} if report.delivered and "name" not in kind and "zero" not in kind else set()
    )


MEASURED = """
import sys
from pathlib import Path
from grader.course.folders import Course
from grader.intake.importing import import_download
for folder in sorted(Path(sys.argv[1]).iterdir()):
    assert import_download(Course(folder), "hw1", folder / "d.zip", system="canvas").has_refused, folder
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="where the kernel tells what a process used")
def test_all_hostile_archives_together_cost_little(tmp_path):
    """Under 200 MB of memory and 10 s of processor time, with everything that Python needs to start."""
    for number, data in enumerate(HOSTILE.values()):
        (tmp_path / str(number) / "rubrics").mkdir(parents=True)
        (tmp_path / str(number) / "roster.csv").write_text(ROSTER)
        (tmp_path / str(number) / "d.zip").write_bytes(data)
    limits = f"ulimit -t 10; exec {sys.executable} -c '{MEASURED}' {tmp_path}"
    done = subprocess.run(["bash", "-c", limits], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 200 << 10


def test_there_are_thirty_of_them():
    """As many as are asked for, each another."""
    assert len(set(HOSTILE.values())) >= 30


def test_records_name_what_was_not_read(course):
    """A student of whom nothing could be taken over is known all the same."""
    run(course, HOSTILE["encrypted"], system="canvas")
    assert records(course)["ada"].current.unread == (("q1.py", "it is encrypted"),)
    write_records(course.submissions("hw1"), records(course).values())
