"""Each system's downloads in its own words: names, groups, texts, times, sheets."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
from zoneinfo import ZoneInfo

import pytest

from grader.errors import UsageError
from tests.hostile.archives import tarred
from tests.intake.importing import files, records, run

GERMAN = (
    "Teilnehmer/in 123;Ada Lovelace;ada@uni.edu;Zur Bewertung abgegeben;;100,00;Ja;"
    '"Montag, 23. November 2026, 01:02";-;\n'
)


GERMAN_HEAD = (
    "ID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;Bewertung kann geändert werden;"
    "Zuletzt geändert (Abgabe);Zuletzt geändert (Bewertung);Feedback als Kommentar\n"
)


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW1 (12),Notes\n,,,,,Manual Posting,\n    Points Possible,,,,,100.00,(read only)\n"
    '"Lovelace, Ada",678,0042,al1,A,,\n"Turing, Alan",679,0043,at1,A and B,,\n"b, a_12",12,,,A,,\n"Student, Test",999,,x,A,,\n'
)


def test_canvas_text_entries_links_and_late_marks(course):
    """What was typed in is kept beside what was uploaded; lateness is Canvas's word."""
    run(
        course,
        {
            "lovelaceada_LATE_678_91_q1.py": b"1",
            "lovelaceada_LATE_678_text.html": b"<p>",
            "turingalan_679_link.html": b"<a>",
        },
    )
    assert files(course) == ["ada/q1.py", "ada/text_entry.html", "alan/link.html"]
    assert {name: one.late for name, one in records(course).items()} == {"ada": True, "alan": False}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ba_12_12_678_q1.py", "canvas-12/q1.py"),  # the name "b, a_12", user 12, attachment 678
        ("lovelaceada_678_91_1_2_x.py", "ada/1_2_x.py"), ("lovelaceada_678_91_q_12_13_x.py", "ada/q_12_13_x.py"),
        ("ba_12_12_text.html", "canvas-12/text_entry.html"), ("lovelaceada_678_91_text.html", "ada/text.html"),
        ("anon_Ab1cd_91_q1.py", "canvas-anon-Ab1cd/q1.py"), ("LATE_anon_Ab1cd_text.html", "canvas-anon-Ab1cd/text_entry.html"),
        ("somegroup_678_91_q1-1.py", "ada/q1-1.py"),
    ],
)  # fmt: skip
def test_canvas_names_with_numbers_are_read_by_the_gradebook(course, name, path):
    """A student's name may end as an id does, and a file's may begin so."""
    run(course, {name: b"1"}, roster=CANVAS, system="canvas")
    assert files(course) == [path]


def test_canvas_says_where_a_name_can_be_read_in_two_ways(course):
    """Without a gradebook the first reading is taken, and told."""
    (course.root / "roster.csv").unlink()
    report = run(course, {"ba_12_12_678_q1.py": b"1"})
    assert any("ba_12_12_678_q1.py" in note and "--roster" in note for note in report.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_canvas_gradebooks_of_every_setting_are_rosters(course, encoding, delimiter):
    """Semicolons, a mark of the encoding, the row of manual posting: nobody is invented, nobody lost."""
    (course.root / "roster.csv").unlink()
    text = (
        CANVAS
        if delimiter == ","
        else "\n".join(";".join(row) for row in __import__("csv").reader(io.StringIO(CANVAS)))
    )
    report = run(course, {"lovelaceada_678_91_q1.py": b"1"}, roster=text.encode(encoding))
    assert files(course) == ["al1/q1.py"]
    assert report.missing == ["Turing, Alan (at1)", "b, a_12 (12)", "Student, Test (x)"]


def test_a_german_worksheet_gives_participants_and_times(course):
    """Headers, months, decimal commas; the course's zone is asked for once."""
    sheet = (GERMAN_HEAD + GERMAN).encode("utf-8-sig")
    archive = {
        "Ada Lovelace_123_assignsubmission_file/q1.py": b"1",
        "Ada Lovelace_123_assignsubmission_onlinetext/onlinetext.html": b"<p>",
    }
    report = run(course, archive, roster=sheet)
    assert any("--zone" in note for note in report.notes)
    assert records(course)["ada"].submitted_at is None
    run(course, archive, roster=sheet, zone=ZoneInfo("Europe/Berlin"))
    assert records(course)["ada"].submitted_at == "2026-11-23T00:02:00+00:00"
    assert files(course) == ["ada/onlinetext.html", "ada/q1.py"]


def test_a_participants_number_is_no_user_id(course):
    """Moodle counts anew in every assignment: 678 is whom the worksheet says, or nobody."""
    run(course, {"Alan Turing_678_assignsubmission_file/q1.py": b"1"})
    assert files(course) == ["alan/q1.py"]
    run(course, {"Somebody Else_678_assignsubmission_file/q1.py": b"1"}, name="e.zip")
    assert files(course) == ["alan/q1.py", "moodle-678/q1.py"]


def test_moodle_names_with_underscores_are_somebodys(course):
    """Moodle writes none, and people who rename folders do: the number before the marker counts."""
    data = {"Team_A_12_assignsubmission_file/q1.py": b"1", "a_7_13_assignsubmission_file_/q1.py": b"2"}
    report = run(course, data)
    assert files(course) == ["moodle-12/q1.py", "moodle-13/q1.py"]
    assert not report.unowned


def test_groups_are_one_submission_with_members(course):
    """In the words of each system that has groups."""
    groups = "group,login\nTeam Ö!,al1\nTeam Ö!,at1\n"
    run(course, {"teamö_678_91_q1.py": b"1"}, groups=groups)
    [record] = records(course).values()
    assert (record.group, record.members, record.lms_user_id) == ("Team Ö!", ("ada", "alan"), "")
    assert files(course) == [f"{record.student}/q1.py"]
    assert record.student.startswith("Team-")


@pytest.mark.parametrize(
    ("archive", "options"),
    [
        ({"Team 7_9_assignsubmission_file/q1.py": b"1"}, {"groups": "group,email\nTeam 7,ada@uni.edu\nTeam 7,alan@uni.edu\n"}),
        ({"e/submission_metadata.yml": b"submission_1:\n  :submitters:\n  - :name: Ada\n    :sid: '0042'\n  - :email: alan@uni.edu\n", "e/submission_1/q1.py": b"1"}, {}),
        ({"hw1-submissions/hw1-team-7/q1.py": b"1"}, {"groups": "group,login\nteam-7,al1\nteam-7,at1\n"}),
        ({"HW 1/Team 7 (g77)/Submission attachment(s)/q1.py": b"1", "HW 1/Team 7 (g77)/members.txt": b"Lovelace, Ada (al1)\nTuring, Alan (at1)\n"}, {}),
        ({"Team 7/Lovelace_Ada_al1_678/q1.py": b"1", "Team 7/Turing_Alan_at1_679/q2.py": b"1"}, {}),
    ],
    ids=["moodle", "gradescope", "github", "sakai", "ilias"],
)  # fmt: skip
def test_members_of_groups_are_found(course, archive, options):
    """Nobody of them is missing."""
    report = run(course, archive, **options)
    [record] = records(course).values()
    assert record.members == ("ada", "alan")
    assert report.missing == []


def test_a_group_without_members_is_listed(course):
    """It is imported, and who they are is asked for."""
    report = run(course, {"Default group_assignsubmission_file/q1.py": b"1"})
    assert any("--groups" in note for note in report.notes)
    assert report.missing == ["ada", "alan"]


BLACKBOARD = (
    "Name: Ada Lovelace (al1)\nAssignment: HW 1\nDate Submitted: …\nCurrent Grade: Needs Marking\n\nSubmission Field:\nMy answer\n\nis 4.\n\n"
    "Comments:\nThere are no student comments for this assignment.\n\nFiles:\n\tOriginal filename: q1.py\n\tFilename: {0}_q.py\n"
)


def test_blackboard_text_and_localised_words(course):
    """What was typed in becomes a file; the word before the stamp is in any language."""
    head = "HW_1_al1_poging_2026-04-21-06-34-13"
    run(course, {f"{head}.txt": BLACKBOARD.format(head).encode(), f"{head}_q.py": b"1"}, zone=ZoneInfo("Europe/London"))
    assert files(course) == ["ada/q1.py", "ada/text_entry.txt"]
    assert (course.submissions("hw1") / "ada" / "text_entry.txt").read_text() == "My answer\n\nis 4."
    assert records(course)["ada"].submitted_at == "2026-04-21T05:34:13+00:00"


def test_one_number_is_one_student_of_canvas(course):
    """A file that has another name before the number of somebody listed is no attempt that takes the others' place."""
    names = ("lovelaceada_678_91_q1.py", "lovelace_678_92_q2.py", "lovelaceada_LATE_678_93_q3.py")
    report = run(course, dict.fromkeys(names, b"1"))
    assert [(one.folder, one.n_files, one.attempt) for one in report.delivered] == [("ada", 3, 1)]


def test_nothing_handed_in_makes_no_folder(course):
    """An attempt without files is listed."""
    head = "HW_1_al1_attempt_2026-04-21-06-34-13"
    text = BLACKBOARD.format(head).replace(
        "My answer\n\nis 4.", "There is no student submission text data for this assignment."
    )
    report = run(course, {f"{head}.txt": text.encode()})
    assert [one.outcome for one in report.delivered] == ["skipped"]
    assert files(course) == []
    assert report.missing == ["ada", "alan"]


def test_gradescope_quirks(course):
    """Unquoted numbers stay texts, control characters are told, a missing file is refused with its reason."""
    text = "submission_1:\n  :submitters:\n  - :name: Ada\n    :sid: 0042\n  :results:\n    output: 'a\x1bb\n\n  c'\n...\nsubmission_2:\n  :submitters: []\n"
    report = run(
        course,
        {
            "submission_metadata.yml": text.encode(),
            "submission_1/q1.py": b"1",
            "submission_2/q.py": b"",
            "stray.py": b"",
        },
    )
    assert files(course) == ["ada/q1.py", "gradescope-2/q.py"]
    assert any("control" in note for note in report.notes)
    assert [one.name for one in report.unowned] == ["stray.py"]
    report = run(course, {"submission_metadata.yml": b"a: [", "submission_1/q1.py": b"2"}, name="e.zip")
    assert [one.name for one in report.refused] == ["submission_metadata.yml"]
    assert files(course) == ["ada/q1.py", "gradescope-2/q.py"]


def test_sakai_without_folders(course):
    """Underscores stand where slashes would."""
    run(
        course,
        {
            "HW 1_Lovelace, Ada(al1)_Submission attachment(s)_q1_lenet.py": b"1",
            "HW 1_Lovelace, Ada(al1)_timestamp.txt": b"20260421093413000",
        },
    )
    assert files(course) == ["ada/q1_lenet.py"]
    assert records(course)["ada"].submitted_at == "2026-04-21T09:34:13+00:00"


def test_two_systems_alike_are_asked_for(course):
    """And an unknown one is suggested."""
    with pytest.raises(UsageError, match="--from"):
        run(course, {"a/b.txt": b"1"})
    with pytest.raises(UsageError, match="did you mean canvas"):
        run(course, {"a/b.txt": b"1"}, system="canvass")


def settings(active):
    """What Submitty keeps of somebody, with the version that counts."""
    return json.dumps({"active_version": active, "history": []}).encode()


@pytest.mark.parametrize(
    ("active", "current", "n_earlier"), [(1, b"1", 0), (2, b"2", 1), (3, b"3", 2), (None, b"3", 2), ("x", b"3", 2)]
)
def test_submitty_says_which_version_counts(course, active, current, n_earlier):
    """What came after it is left alone, and told."""
    versions = {f"submissions/al1/{n}/q1.py": str(n).encode() for n in (1, 2, 3)}
    report = run(course, {**versions, "submissions/al1/user_assignment_settings.json": settings(active)})
    assert (course.submissions("hw1") / "ada" / "q1.py").read_bytes() == current
    assert len(records(course)["ada"].earlier) == n_earlier
    assert sum("was left alone" in note for note in report.notes) == 2 - n_earlier
    assert not report.unowned


def test_submitty_submissions_that_were_taken_back_are_nobodys(course):
    """Version 0 counts there: whoever it is has handed in nothing."""
    taken_back = {"submissions/al1/1/q1.py": b"1", "submissions/al1/user_assignment_settings.json": settings(0)}
    report = run(course, taken_back)
    assert files(course) == []
    assert report.missing == ["ada", "alan"]
    assert any("none counts there" in note for note in report.notes)


@pytest.mark.parametrize("said", ["Apr 21, 2026 634 AM", "Apr 21, 2026 6_34 AM", "21 April, 2026 0634", "21. Apr 2026 06:34"])  # fmt: skip
def test_brightspace_writes_times_in_several_ways(course, said):
    """The hour with or without a sign, the day before the month or after it."""
    data = {f"12-3 - Ada Lovelace - {said}/q1.py": b"1"}
    report = run(course, data, zone=ZoneInfo("Europe/London"))
    [record] = records(course).values()
    assert record.current.submitted_at == "2026-04-21T05:34:00+00:00"
    assert not any("says" in note for note in report.notes)


def test_a_time_that_cannot_be_read_is_not_asked_a_zone_for(course):
    """It is told as what it is."""
    report = run(course, {"12-3 - Ada Lovelace - 21 Blurb 2026 634 AM/q1.py": b"1"}, zone=ZoneInfo("Europe/London"))
    assert any("1 time says nothing that could be read" in note for note in report.notes)
    assert not any("--zone" in note for note in report.notes)


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_a_tar_is_read_however_it_is_packed(course, suffix, pack):
    """By its first bytes, not by its name."""
    run(course, pack(tarred(("lovelaceada_678_91_q1.py", b"1"))), name=f"d.tar.{suffix}")
    assert files(course) == ["ada/q1.py"]
