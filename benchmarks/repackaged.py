"""`python -m benchmarks.repackaged`: each sample student in twelve harmless ways, compared check by check."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import ROOT
from grader.course.folders import Course
from grader.grading.class_run import default_workers
from grader.intake.importing import import_download
from tests.contracts import importer
from tests.intake import test_importers as systems
from tests.intake.repackaging import put, sample

ASSIGNMENT = "hw1"
WAYS = ("deeper", "zip", "tarxz", "mac", "powershell", "near", "notebook")
DOWNLOADS: Mapping[str, Any] = {
    "canvas": systems.TestCanvas(), "moodle": systems.TestMoodle(), "gradescope": systems.TestGradescope(),
    "blackboard": systems.TestBlackboard(), "brightspace": systems.TestBrightspace(),
}  # fmt: skip
# Systems that hand out files without folders: who has some uploads an archive.
_FLAT = ("canvas", "blackboard", "brightspace")
# Ways in which every file lies where it is asked for, so that there is nothing to tell.
_SILENT = ("zip", "tarxz", "notebook", *DOWNLOADS)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=1_000, help="the first so many of the sample class")
    options = parser.parse_args()
    measuring.adopt_orphans()
    with tempfile.TemporaryDirectory() as scratch:
        students = make_class(Path(scratch), options.students)
        measuring.grade(Path(scratch), ASSIGNMENT, default_workers())
        text = (Path(scratch) / "results" / ASSIGNMENT / "results.jsonl").read_text()
    lines = {line["submission"]: line for line in map(json.loads, text.splitlines())}
    complaints = list(compare(lines, students))
    n_ways = len(WAYS) + len(DOWNLOADS)
    print(f"{len(students)} students in {n_ways} ways: {len(complaints)} differences", *complaints, sep="\n")
    sys.exit(bool(complaints))


def make_class(folder: Path, most: int) -> list[str]:
    """A course in which each student who hands in something is there as in the sample class, and in each way."""
    for name in ("reference", "rubrics"):
        shutil.copytree(ROOT / name, folder / name)
    course, samples = Course(folder), ROOT / "submissions" / ASSIGNMENT
    everybody = sorted(path.parent.name for path in samples.glob("*/expected.yaml"))
    students = [student for student in everybody if sample(samples / student)][:most]
    course.submissions(ASSIGNMENT).mkdir(parents=True)
    for student in students:
        shutil.copytree(samples / student, course.submissions(ASSIGNMENT) / student)
        for way in WAYS:
            put(course.submissions(ASSIGNMENT), f"{student}-{way}", way, sample(samples / student))
    for number, system in enumerate(DOWNLOADS, start=1):
        _import(course, system, students, 1000 * number)
    return students


def _import(course: Course, system: str, students: Sequence[str], first: int) -> None:
    """What a system would hand out of them, brought to the class's folder."""
    people = [importer.Person(f"{who}-{system}", who.title(), "Sample", first + at) for at, who in enumerate(students)]
    samples = ROOT / "submissions" / ASSIGNMENT
    sent = [
        importer.Sent(one, _uploaded(system, sample(samples / who))) for one, who in zip(people, students, strict=True)
    ]
    (course.root / "roster.csv").write_text(importer.roster_text(people))
    (course.root / "download.zip").write_bytes(importer.zipped(DOWNLOADS[system].pack(sent)))
    sheet = DOWNLOADS[system].sheet(people)
    (course.root / "sheet.csv").write_text(sheet or "")
    roster = course.root / "sheet.csv" if sheet else None
    import_download(course, ASSIGNMENT, course.root / "download.zip", system=system, roster=roster)


def _uploaded(system: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """What somebody uploads there: the files, or an archive of them."""
    return {"hw1.zip": importer.zipped(files)} if system in _FLAT and any("/" in path for path in files) else files


def compare(lines: Mapping[str, Any], students: Sequence[str]) -> Iterator[str]:
    """Where somebody is not there, has other points, or is not told what was inferred."""
    for student in students:
        for way in (*WAYS, *DOWNLOADS):
            line = lines.get(f"{student}-{way}")
            if line is None:
                yield f"{student}, {way}: no row"
                continue
            ours, theirs = _points(lines[student]), _points(line)
            yield from (
                f"{student}, {way}: {check} {ours[check]} is {theirs[check]}"
                for check in ours
                if ours[check] != theirs[check]
            )
            if way not in _SILENT and not line["notes"] and sum(score or 0 for _, score in ours.values()):
                yield f"{student}, {way}: nothing is said of where the files were"


def _points(line: Mapping[str, Any]) -> dict[str, tuple[str, float | None]]:
    """Status and points of each check."""
    return {
        check["id"]: (check["status"], check["score"]) for question in line["questions"] for check in question["checks"]
    }


if __name__ == "__main__":
    main()
