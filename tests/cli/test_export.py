"""`grader export`: from a download to the platform's sheet, through the gradebook."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from fractions import Fraction

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.course.folders import Course
from grader.errors import UsageError
from grader.model.verdict import QuestionResult, Result, Verdict
from grader.results.ledger import Ledger
from grader.results.store import Store
from tests.contracts.importer import zipped

RUBRIC = """
assignment: hw1
title: Homework 1
late: {due: 2026-04-21 12:00, zone: Europe/Berlin, per_day: 10 %}
questions:
  - id: q1
    title: T
    checks: [{check: a, points: 7}, {check: b, points: 3}]
"""
CHECKS = "def a(student, expect):\n    expect.true(True)\n\n\ndef b(student, expect):\n    expect.true(True)\n"
NAMES = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Kim Lee", "Kim Lee", "Emmy Noether", "李 小龙"]
IDS = ["ada", "alan", "grace", "kim1", "kim2", "emmy", "li"]
# Shares of the two checks as the machine found them; None waits for a person.
FOUND = [(1, 1), ("1/3", 1), (0, 0), (1, None), (1, 1), ("1/2", "1/2"), None]


def roster():
    """Everybody, with ids of every kind."""
    rows = [
        f"{one},{name},{one}_1,{one}@uni.edu,00{n},{n}"
        for n, (one, name) in enumerate(zip(IDS, NAMES, strict=True), 101)
    ]
    return "\n".join(["student,name,login,email,sis_id,lms_user_id", *rows, ""])


def canvas(n, one, name):
    return {f"{''.join(name.lower().split())}_{n}_9{n}_q1.py": one.encode()}


def moodle(n, one, name):
    return {f"{name}_{n + 700}_assignsubmission_file/q1.py": one.encode()}


def blackboard(n, one, name):
    return {f"hw1_{one}_1_attempt_2026-04-21-{n - 92:02}-00-00_q1.py": one.encode()}


def gradescope(n, one, name):
    return {f"e/submission_{n}/q1.py": one.encode()}


def brightspace(n, one, name):
    return {f"{n}-{n} - {name} - Apr 21, 2026 900 AM/q1.py": one.encode()}


def sheet_of(platform):
    """The sheet that the platform would have handed out."""
    if platform == "canvas":
        head = "Student,ID,SIS User ID,SIS Login ID,Section,hw1 (12),Final Score\n    Points Possible,,,,,10.00,(read only)\n"
        return head + "".join(f'"{name}",{n},00{n},{one}_1,A,,88.12\n' for n, one, name in everybody())
    if platform == "moodle":
        head = "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments\n"
        return head + "".join(
            f'Participant {n + 700},{name},{one}@uni.edu,,,10.00,Yes,"Tuesday, 21 April 2026, {n - 92}:00 AM",-,\n'
            for n, one, name in everybody()
        )
    if platform == "gradescope":
        head = "\ufeffFirst Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status\r\n"
        return head + "".join(
            f',"{name}",00{n},{one}@uni.edu,"A, B",,10.0,Ungraded\r\n' for n, one, name in everybody()
        )
    if platform == "brightspace":
        head = "OrgDefinedId,Username,Last Name,First Name,hw1 Points Grade <Numeric MaxPoints:10>,Note,End-of-Line Indicator\n"
        return head + "".join(f'#00{n},#{one}_1,"{name}",,,"two\nlines",#\n' for n, one, name in everybody())
    head = '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"hw1 [Total Pts: 10 Score] |12345"\n'
    return head + "".join(f'"{name}"\t""\t"{one}_1"\t"00{n}"\t""\n' for n, one, name in everybody())


def everybody():
    """Number, id and name of each."""
    return [(n, one, name) for n, (one, name) in enumerate(zip(IDS, NAMES, strict=True), 101)]


PACK = {
    "canvas": canvas, "moodle": moodle, "blackboard": blackboard, "gradescope": gradescope, "brightspace": brightspace,
}  # fmt: skip
# From where it comes, and whose sheet is filled.
WAYS = [*((system, system) for system in PACK), ("gradescope", "canvas")]
# In which column of a sheet the grades stand.
PLACES = {"canvas": 5, "moodle": 4, "blackboard": 4, "gradescope": 5, "brightspace": 4}


def download(system):
    """What the system hands out; 李 handed in nothing."""
    files = {}
    for n, one, name in everybody()[:-1]:
        files |= PACK[system](n, one, name)
    if system == "gradescope":
        said = "".join(f"submission_{n}:\n  :submitters:\n  - :sid: 00{n}\n" for n, _, _ in everybody())
        files["e/submission_metadata.yml"] = said.encode()
    return zipped(files)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with a rubric and a roster."""
    (tmp_path / "rubrics").mkdir()
    (tmp_path / "rubrics" / "hw1.yaml").write_text(RUBRIC)
    (tmp_path / "rubrics" / "hw1.py").write_text(CHECKS)
    (tmp_path / "roster.csv").write_text(roster())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADER_ACTOR", "tutor")
    return Course(tmp_path)


def run(*arguments, code=0):
    """A command; what it printed."""
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


def verdict(name, most, share):
    """A check as it was judged; a share of None waits."""
    if share is None:
        return Verdict(name, "code", (), "needs_review", Fraction(0), most, answer=name, key=name)
    score = most * Fraction(share)
    return Verdict(name, "code", (), "passed" if score == most else "partial", score, most, answer=name, key=name)


def grade(course):
    """Put into the store what grading would have found of each submission that was imported."""
    store = Store(course.results("hw1"))
    for one, found in zip(IDS, FOUND, strict=True):
        if found and (course.submissions("hw1") / one).is_dir():
            verdicts = (verdict("a", Fraction(7), found[0]), verdict("b", Fraction(3), found[1]))
            store.put(
                "k", Result("hw1", one, f"digest {one}", "r", 0, "strong", (QuestionResult("q1", verdicts),)), "auto"
            )
    store.close()


@pytest.mark.parametrize(("system", "platform"), WAYS)
def test_from_a_download_to_the_sheet(course, tmp_path, system, platform):
    """Import, grade, override five, release, export: the sheet says what the gradebook says, and nothing else changed."""
    (tmp_path / "d.zip").write_bytes(download(system))
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(sheet_of(platform), newline="")
    run("import", "hw1", "d.zip", *(["--roster", sheet] if system == "moodle" else []))
    grade(course)
    for one, check, score in (
        ("ada", "b", "1"),
        ("alan", "a", "1/3"),
        ("grace", "b", "3"),
        ("kim1", "b", "2.675"),
        ("emmy", "a", "7"),
    ):
        run("override", "hw1", one, check, "--score", score, "--comment", "Looked at it.")
    run("release", "hw1")
    before = sheet.read_bytes().decode()
    said = run("export", "hw1", "--format", platform, "--into", sheet)
    assert sheet.read_bytes().decode() == before
    final = {one.student: one for one in Ledger.read(course, "hw1").grades()}
    assert final["li"].status == "missing" and final["kim1"].score is not None
    after = (course.results("hw1") / "export" / "sheet.csv").read_bytes().decode()
    delimiter = "\t" if platform == "blackboard" else ","
    place = PLACES[platform]
    old, new = (list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) for text in (before, after))
    assert [[*row[:place], *row[place + 1 :]] for row in old] == [[*row[:place], *row[place + 1 :]] for row in new]
    cells = dict(zip(IDS, [row[place] for row in new[len(new) - len(IDS) :]], strict=True))
    assert cells.pop("li") == ""
    assert len(after) - len(before) == sum(map(len, cells.values()))
    assert {one: round(float(text), 2) for one, text in cells.items()} == {
        one: round(float(final[one].score) + 1e-9, 2) for one in cells
    }
    assert "6 cells filled" in said and "li: handed in nothing" in said
    if system in ("moodle", "blackboard"):  # these say when: whoever came after noon pays for it
        is_late = {one: grade.lateness != "" for one, grade in final.items() if one != "li"}
        assert is_late == {one: system == "blackboard" and one in ("kim2", "emmy") for one in is_late}
    again = run("export", "hw1", "--format", platform, "--into", course.results("hw1") / "export" / "sheet.csv")
    assert "0 cells filled, 6 as they were" in again
    assert (course.results("hw1") / "export" / "sheet.csv").read_bytes().decode() == after


@pytest.fixture
def graded(course, tmp_path):
    """The class, imported from Canvas and graded; kim1 waits."""
    (tmp_path / "d.zip").write_bytes(download("canvas"))
    run("import", "hw1", "d.zip")
    grade(course)
    return course


@pytest.mark.parametrize("name", ["csv", "xlsx", "json", "jsonl", "junit", "gradescope", "prairielearn", "nbgrader"])
def test_each_format_is_written(graded, tmp_path, name):
    """Where it is said, or with the results; those without a score are named."""
    if name == "xlsx":
        pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    said = run("export", "hw1", "--format", name)
    assert "Without a score (2):\n  kim1: needs_review\n  li: missing\n" in said
    assert any((graded.results("hw1") / "export").rglob("*"))
    run("export", "hw1", "--format", name, "--out", tmp_path / "elsewhere" / "x")
    assert (tmp_path / "elsewhere" / "x").is_dir() == (name == "gradescope")


def test_a_missing_hand_in_is_a_zero_where_that_is_said(graded):
    """The one who waits still has nothing."""
    run("export", "hw1", "--format", "json", "--missing", "zero")
    document = json.loads((graded.results("hw1") / "export" / "grades.json").read_text())
    assert {one["student"]: one["score"] for one in document["students"] if one["student"] in ("li", "kim1")} == {
        "li": 0,
        "kim1": None,
    }


def test_grades_in_the_sheet_are_shown_before_they_change(graded, tmp_path):
    """Only where that is asked for."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(sheet_of("canvas").replace(",ada_1,A,,", ",ada_1,A,3.5,"))
    said = run("export", "hw1", "--format", "canvas", "--into", sheet, "--out", tmp_path / "o.csv")
    assert "Left as it is (3):\n  ada: 3.5 is there, and 10 would be written with --overwrite\n" in said
    said = run("export", "hw1", "--format", "canvas", "--into", sheet, "--out", tmp_path / "o.csv", "--overwrite")
    assert "Replaced (1):\n  ada: 3.5 → 10\n" in said


def test_feedback_files_go_to_those_whose_grade_is_released(graded, tmp_path):
    """A zip that Moodle takes; the sheet's numbers are in its names."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(sheet_of("moodle"))
    run("release", "hw1", "ada")
    said = run("export", "hw1", "--format", "moodle", "--into", sheet, "--feedback", tmp_path / "f.zip")
    assert "No feedback, since the grade is not released (6)" in said
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        assert archive.namelist() == ["Ada Lovelace_801_assignfeedback_file/feedback.html"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "canvas"], "needs --into"), (["--format", "csv", "--into", "roster.csv"], "--into is for"),
        (["--format", "cvs"], "did you mean csv"), (["--format", "canvas", "--into", "roster.csv"], "roster.csv: "),
        (["--format", "moodle", "--into", "nowhere.csv"], "cannot be read"), (["--format", "csv", "--feedback", "f.zip"], "moodle alone"),
        (["--format", "csv", "--out", "roster.csv/x"], "cannot be written"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_message(graded, arguments, said):
    """Of ours, with the way out."""
    with pytest.raises(UsageError, match=said):
        run("export", "hw1", *arguments)


def test_nothing_graded_is_said(course):
    """With the command that grades."""
    with pytest.raises(UsageError, match="grader grade hw1"):
        run("export", "hw1", "--format", "csv")


def test_a_groups_grade_is_every_members(course, tmp_path):
    """Each member's cell is filled from the one submission."""
    groups = tmp_path / "groups.csv"
    groups.write_text("group,login\nTeam 1,ada_1\nTeam 1,alan_1\n")
    (tmp_path / "d.zip").write_bytes(zipped({"team1_101_91_q1.py": b"1"}))
    run("import", "hw1", "d.zip", "--groups", groups)
    [folder] = [path.name for path in course.submissions("hw1").iterdir() if not path.name.startswith(".")]
    store = Store(course.results("hw1"))
    verdicts = (verdict("a", Fraction(7), 1), verdict("b", Fraction(3), "1/3"))
    store.put("k", Result("hw1", folder, "d", "r", 0, "strong", (QuestionResult("q1", verdicts),)), "auto")
    store.close()
    (tmp_path / "sheet.csv").write_text(sheet_of("canvas"))
    run("export", "hw1", "--format", "canvas", "--into", tmp_path / "sheet.csv", "--out", tmp_path / "o.csv")
    rows = list(csv.reader((tmp_path / "o.csv").read_text().splitlines()))[2:]
    assert [row[5] for row in rows] == ["8", "8", "", "", "", "", ""]


def test_who_is_not_on_the_roster_is_listed(graded, tmp_path):
    """Whose id changed there has a hand-in under the old one: that is told, before a zero stands under the new one."""
    roster = tmp_path / "roster.csv"
    roster.write_text(roster.read_text().replace("ada,Ada", "ada9,Ada"))
    said = run("export", "hw1", "--format", "csv", "--missing", "zero")
    assert "not on the roster (gone, or under another id) (1):\n  ada\n" in said
    roster.unlink()
    assert "roster" not in run("export", "hw1", "--format", "csv")


def test_other_points_change_what_people_gave_and_that_is_told(graded, tmp_path):
    """Two of three points are four of six: rescoring shows each final grade that it changed."""
    run("override", "hw1", "kim1", "b", "--score", "2")
    rubric = tmp_path / "rubrics" / "hw1.yaml"
    rubric.write_text(RUBRIC.replace("{check: b, points: 3}", "{check: b, points: 6}"))
    assert "  kim1: 9 → 11\n" in run("rescore", "hw1")
    assert "final grades" not in run("rescore", "hw1")


def test_points_on_a_check_that_is_gone_are_told(graded, tmp_path):
    """A check that was renamed or taken out leaves a person's points behind, which nobody would miss in a sum."""
    run("override", "hw1", "kim1", "b", "--score", "2")
    rubric = tmp_path / "rubrics" / "hw1.yaml"
    rubric.write_text(RUBRIC.replace(", {check: b, points: 3}", ""))
    run("rescore", "hw1")
    said = run("history", "hw1", "kim1")
    assert "= 7 of 7" in said
    assert "note: points that tutor gave on b (#1) count no more" in said
    assert "taken back; the rubric has no such check any more" in run("override", "hw1", "kim1", "b", "--withdraw")
    assert "note:" not in run("history", "hw1", "kim1")
    with pytest.raises(UsageError, match="has no check 'b'"):
        run("override", "hw1", "kim1", "b", "--withdraw")


def run_apart(*arguments):
    """What a command printed to standard output, as bytes, and what to standard error."""
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return done.stdout_bytes, done.stderr


@pytest.mark.parametrize("name", ["csv", "json", "jsonl", "junit", "nbgrader", "prairielearn", "xlsx"])
def test_one_file_goes_to_standard_output(graded, tmp_path, monkeypatch, name):
    """Byte for byte, and what is said of it beside; no file is written."""
    run("export", "hw1", "--format", name, "--out", tmp_path / "file")
    before = sorted(tmp_path.rglob("*"))
    data, said = run_apart("export", "hw1", "--format", name, "--out", "-")
    assert data == (tmp_path / "file").read_bytes()
    assert "Without a score" in said and sorted(tmp_path.rglob("*")) == before


def test_several_files_do_not_go_to_standard_output(graded, tmp_path):
    """With the way out, and nothing is written."""
    with pytest.raises(UsageError, match="a file a student, and standard output holds one: name a folder with --out"):
        run("export", "hw1", "--format", "gradescope", "--out", "-")
    assert not (tmp_path / "-").exists()


def test_a_filled_sheet_goes_to_standard_output(graded, tmp_path):
    """The sheet and nothing else; or the feedback, and not both."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(sheet_of("moodle"))
    way = ("export", "hw1", "--format", "moodle", "--into", sheet)
    run(*way, "--out", tmp_path / "filled.csv")
    data, said = run_apart(*way, "--out", "-")
    assert data == (tmp_path / "filled.csv").read_bytes() and "cells filled, 0 as they were → standard output" in said
    run(*way, "--out", tmp_path / "filled.csv", "--feedback", tmp_path / "f.zip")
    data, said = run_apart(*way, "--out", tmp_path / "again.csv", "--feedback", "-")
    assert data == (tmp_path / "f.zip").read_bytes() and "cells filled" in said
    with pytest.raises(UsageError, match="cannot both be standard output"):
        run(*way, "--out", "-", "--feedback", "-")


def test_what_was_graded_under_another_rubric_is_told(graded, tmp_path):
    """Its scores are out of what the rubric said then: no share is more than all, no sheet is filled with them."""
    rubric, sheet = tmp_path / "rubrics" / "hw1.yaml", tmp_path / "sheet.csv"
    sheet.write_text(sheet_of("canvas").replace("10.00", "7"))
    rubric.write_text(RUBRIC.replace(", {check: b, points: 3}", ""))
    note = "have changed since 6 of 6 were graded, whose scores are out of what it said then: run grader grade hw1"
    for name, column in (("csv", "max_score"), ("nbgrader", "max_score"), ("prairielearn", "score_perc")):
        assert note in run("export", "hw1", "--format", name, "--out", tmp_path / "o.csv")
        rows = list(csv.DictReader((tmp_path / "o.csv").read_text().splitlines()))
        assert [row[column] for row in rows][:1] == ["100" if column == "score_perc" else "10"]
    told = run("export", "hw1", "--format", "canvas", "--into", sheet, "--out", tmp_path / "o.csv")
    assert (
        "0 cells filled" in told and "ada: was graded out of 10 points, and hw1 is worth 7 now: grade it again" in told
    )
    assert note in run("release", "hw1")
    run("rescore", "hw1")
    assert "have changed since" not in run("export", "hw1", "--format", "csv")


def test_a_sheet_that_is_worth_nothing_is_not_scaled_to(graded, tmp_path):
    """Everybody would have a zero."""
    (tmp_path / "s.csv").write_text(sheet_of("canvas").replace("10.00", "0.00"))
    with pytest.raises(UsageError, match="so that every score would be 0: change one of them"):
        run("export", "hw1", "--format", "canvas", "--into", tmp_path / "s.csv", "--scale")
