"""A roster in anybody's words finds a student by ids, and by a name only where one has it."""

from __future__ import annotations

import unicodedata

import pytest

from grader.course.folders import Course
from grader.errors import UsageError
from grader.intake.roster import Roster
from grader.model.identity import Identity

OWN = "student,name,login,email,sis_id,lms_user_id,github_username,section,extension\n"
OWN += "ada,Ada Lovelace,al1,Ada@uni.edu,0042,678,ada-l,A,2026-05-01\n"
OWN += "alan,Alan Turing,at1,alan@uni.edu,0043,679,,B,\n"
OWN += "twin1,Kim Lee,kl1,,,680,,A,\ntwin2,Kim Lee,kl2,,,681,,A,\n"


def roster(tmp_path, text, encoding="utf-8"):
    """The roster of a file that says so."""
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return Roster.read(path)


@pytest.mark.parametrize(
    ("who", "student"),
    [
        (Identity(lms_user_id="678"), "ada"), (Identity(login="AL1"), "ada"), (Identity(email="ada@UNI.edu"), "ada"),
        (Identity(login="ada@uni.edu"), "ada"), (Identity(sis_id="0042"), "ada"), (Identity(sis_id="42"), None),
        (Identity(github_username="Ada-L"), "ada"), (Identity(name="Lovelace, Ada"), "ada"), (Identity(name="ada lovelace"), "ada"),
        (Identity(name="Kim Lee"), None), (Identity(name="Kim Lee", login="kl2"), "twin2"), (Identity(login="alan"), "alan"),
        (Identity(lms_user_id="999", name="Ada Lovelace"), None), (Identity(lms_user_id="679", name="Ada Lovelace"), "alan"),
        (Identity(lms_user_id="999", login="al1"), None), (Identity(participant="678"), None), (Identity(), None),
        (Identity(email="other@web.de", name="Alan Turing"), None), (Identity(sis_id="0043", email="other@web.de"), "alan"),
    ],
)  # fmt: skip
def test_ids_come_first_and_names_last(tmp_path, who, student):
    """An id that says otherwise is believed before a name; a name that two have is nobody's."""
    found = roster(tmp_path, OWN).find(who)
    assert (found and found.student) == student


def test_names_are_compared_composed(tmp_path):
    """A Mac writes an accent as a letter of its own."""
    found = roster(tmp_path, "student,name\nzoe,Zoë Müller\n")
    assert found.find(Identity(name=unicodedata.normalize("NFD", "Müller, Zoë"))).student == "zoe"


def test_further_columns_are_kept(tmp_path):
    """Under their headers, for whoever reads extensions there."""
    assert roster(tmp_path, OWN).students[0].more["extension"] == "2026-05-01"
    assert roster(tmp_path, OWN).by_id("alan").section == "B"


SHEETS = {
    "canvas": "Student,ID,SIS User ID,SIS Login ID,Section,HW1 (12)\n    Points Possible,,,,,10\n\"Lovelace, Ada\",678,0042,al1,A,\n",
    "canvas, semicolons": "Student;ID;SIS Login ID;Section;HW1 (12)\nLovelace, Ada;678;al1;A;7,5\n",
    "moodle": "Identifier,Full name,Email address,Status,Grade\nParticipant 678,Ada Lovelace,ada@uni.edu,,\n",
    "moodle in German": "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung\nTeilnehmer/in 678,Ada Lovelace,ada@uni.edu,,\n",
    "gradescope": "First Name,Last Name,SID,Email,Total Score\nAda,Lovelace,0042,ada@uni.edu,\n",
    "github classroom": "identifier,github_username,github_id,name\n\"0042\",ada-l,77,Ada Lovelace\n",
    "classroom 50": "username,first_name,last_name,email,section,github_id,role\nada-l,Ada,Lovelace,,,,\n",
    "brightspace": "OrgDefinedId,Username,Last Name,First Name,HW1 Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator\n#0042,#al1,Lovelace,Ada,,#\n",
    "sakai": "HW 1,,,,\n\nDisplay ID,ID,Last Name,First Name,grade\nal1,al1,Lovelace,Ada,\n",
}  # fmt: skip
KNOWN = {
    "canvas": {"lms_user_id": "678", "sis_id": "0042", "login": "al1", "name": "Lovelace, Ada"},
    "canvas, semicolons": {"lms_user_id": "678", "login": "al1"},
    "moodle": {"participant": "678", "email": "ada@uni.edu", "lms_user_id": ""},
    "moodle in German": {"participant": "678", "email": "ada@uni.edu", "name": "Ada Lovelace", "lms_user_id": ""},
    "gradescope": {"sis_id": "0042", "email": "ada@uni.edu", "name": "Ada Lovelace"},
    "github classroom": {"sis_id": "0042", "github_username": "ada-l"},
    "classroom 50": {"github_username": "ada-l", "login": "", "name": "Ada Lovelace"},
    "brightspace": {"sis_id": "0042", "login": "al1", "name": "Ada Lovelace"},
    "sakai": {"login": "al1", "name": "Ada Lovelace"},
}


@pytest.mark.parametrize("system", SHEETS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_each_systems_sheet_is_a_roster(tmp_path, system, encoding):
    """In its own words, and however a spreadsheet program saved it."""
    [student] = roster(tmp_path, SHEETS[system], encoding).students
    assert {name: getattr(student.identity, name) for name in KNOWN[system]} == KNOWN[system]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student,name\nada,A\nAda,B\n", "'Ada' stands there twice"), ("student,name\n../x,A\n", ":2: expected a student's id"),
        ("student,name\nM_ller.d06ce054,A\n", "made of a folder's name: rename the folder"), ("student,name\ncon,A\n", ":2: expected"), ("student,name\nada,A\n\n\"b\nc\",B\n", ":4: expected"),
        ("a,b\n1,2\n", "expected a line of headers"), ("", "expected a line of headers"), ('student,name\n"ada', "never closed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path, text, said):
    """One message, of ours."""
    with pytest.raises(UsageError, match=r"roster\.csv") as error:
        roster(tmp_path, text)
    assert said in str(error.value)


def test_it_is_looked_for_where_it_may_lie(tmp_path):
    """The assignment's own before the course's; none is an empty one."""
    course = Course(tmp_path)
    assert Roster.near(course, "hw1") == Roster()
    (tmp_path / "roster.csv").write_text("student,name\nada,A\n")
    assert Roster.near(course, "hw1").by_id("ada")
    (tmp_path / "submissions" / "hw1").mkdir(parents=True)
    (tmp_path / "submissions" / "hw1" / "roster.csv").write_text("student,name\nben,B\n")
    assert Roster.near(course, "hw1").by_id("ada") is None
