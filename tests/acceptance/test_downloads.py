"""The sample class, downloaded from each system, is the sample class: byte for byte, so it earns the same points."""

from __future__ import annotations

import pytest

from grader.course.folders import Course
from grader.intake.importing import import_download
from tests.conftest import ROOT
from tests.contracts.importer import Person, Sent, roster_text, visible, zipped
from tests.intake import test_importers as systems

SAMPLES = sorted(path for path in (ROOT / "submissions" / "hw1").iterdir() if path.is_dir())
OURS = "expected.yaml"


def sent(flat):
    """What each sample student who handed in something would have uploaded; where it must be flat, those who could."""
    found = []
    for number, folder in enumerate(SAMPLES, start=101):
        person = Person(folder.name, folder.name.title(), "Lee" if number % 2 else "O'Neill", number)
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.name != OURS and "__pycache__" not in path.parts
        }
        is_flat = not any("/" in path for path in files)
        if files and (is_flat or not flat):
            found.append(Sent(person, files))
    return found


SYSTEMS = (
    "Canvas", "Moodle", "MoodleFlat", "Gradescope", "Blackboard", "Brightspace", "GitHub", "Nbgrader", "Sakai", "Ilias",
    "Submitty",
)  # fmt: skip


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_sample_class_comes_back(tmp_path, system):
    """Every file of every student, and nothing else; nobody lost, nobody invented."""
    pack = getattr(systems, f"Test{system}")()
    everybody = sent(system in ("Canvas", "MoodleFlat", "Blackboard"))
    assert len(everybody) >= len(SAMPLES) - 2
    (tmp_path / "c" / "rubrics").mkdir(parents=True)
    (tmp_path / "c" / "roster.csv").write_text(roster_text([one.person for one in everybody]))
    (tmp_path / pack.download).write_bytes(zipped(pack.pack(everybody)))
    sheet = pack.sheet([one.person for one in everybody])
    if sheet is not None:
        (tmp_path / "sheet.csv").write_text(sheet)
    course = Course(tmp_path / "c")
    report = import_download(course, "hw1", tmp_path / pack.download, roster=tmp_path / "sheet.csv" if sheet else None)
    assert (report.refused, report.unowned, report.missing) == ([], [], [])
    students = {one.person.student for one in everybody}
    original = {
        path: digest
        for path, digest in visible(ROOT / "submissions" / "hw1").items()
        if not path.endswith(OURS) and path.split("/")[0] in students and "__pycache__" not in path
    }
    assert visible(course.submissions("hw1")) == original
