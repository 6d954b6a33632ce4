"""Each platform's sheet keeps to the contract; and the traps of each."""

from __future__ import annotations

import codecs
import io
import json
import zipfile
from dataclasses import replace
from fractions import Fraction

import jsonschema
import pytest

from grader.errors import UsageError
from grader.export.grades import GradeStyle, exporter
from grader.export.grades.document import DOCUMENT_SCHEMA
from grader.model.sheet import Sheet
from grader.sheets import NAMES, platform
from grader.sheets.feedback import feedback_page, moodle_zip
from grader.sheets.filling import fill
from tests.contracts.platform import ORDER, PlatformContract
from tests.export.finals import CANARY, GRADES, WHO


class TestCanvas(PlatformContract):
    """Rows for manual posting and points before the students, a test student after them."""

    platform = "canvas"

    def sheet(self, cells, most):
        head = [
            "Student",
            "ID",
            "SIS User ID",
            "SIS Login ID",
            "Section",
            "Notes",
            "hw1 (12)",
            "hw10 (13)",
            "Assignments Current Score",
            "Final Score",
        ]
        posting = ["", "", "", "", "", "", "Manual Posting", "", "", ""]
        points = ["    Points Possible", "", "", "", "", "", most, "10.00", "(read only)", "(read only)"]
        people = [
            [
                f'="{who.name}"' if who.name.startswith("=") else who.name,
                who.lms_user_id,
                who.sis_id,
                who.login,
                "A and B",
                "x,y",
                cells.get(name, ""),
                "7.50",
                "",
                "",
            ]
            for name in ORDER
            if (who := WHO[name])
        ]
        return [head, posting, points, *people]

    @pytest.mark.parametrize("text", ["EX", "N/A"])
    def test_excused_cells_are_never_touched(self, text):
        """Not even where overwriting is asked for."""
        filled = self.fill(self.data({"ada": text}), overwrite=True)
        assert text in dict(filled.kept)["ada"]

    def test_a_letter_grade_is_left_unless_overwriting_is_asked_for(self):
        """It is no number, and somebody's grade."""
        assert "A-" in dict(self.fill(self.data({"ada": "A-"})).kept)["ada"]

    @pytest.mark.parametrize("text", ["Needs improvement", "–", "=SUM(A1:A2)", "1,234.50", "8.5 / 10"])
    def test_what_is_no_number_is_somebodys_grade(self, text):
        """A word, a formula, a number with a thousands comma: all left as they are, and listed."""
        assert text in dict(self.fill(self.data({"ada": text})).kept)["ada"]

    @pytest.mark.parametrize("wanted", ["12", "hw1 (12)", "hw1", "HW1 "])
    def test_a_column_is_named_by_its_id_or_title(self, wanted):
        """Exactly: hw10 is not hw1."""
        sheet = Sheet.read(self.data())
        assert platform("canvas").target(sheet, [wanted]).column == 6

    def test_no_column_and_two_columns_stop(self):
        """With what there is, or how to say which."""
        sheet = Sheet.read(self.data())
        with pytest.raises(UsageError, match=r"hw1 \(12\)"):
            platform("canvas").target(sheet, ["hw2"])
        doubled = Sheet.read(self.data().replace(b"hw10 (13)", b"hw1 (13)"))
        with pytest.raises(UsageError, match="2 columns"):
            platform("canvas").target(doubled, ["hw1"])
        assert platform("canvas").target(doubled, ["13"]).column == 7

    def test_a_read_only_column_stops(self):
        """Nothing that is uploaded would change it."""
        with pytest.raises(UsageError, match="read-only"):
            self.fill(self.data(most="(nur lesbar)"))

    def test_decimal_commas_are_kept(self):
        """Where semicolons part the cells, or the sheet's numbers have them."""
        data = self.data(way="utf-8 ; \n", most="13,3333").replace(b"7.50", b"7,50").replace(b"10.00", b"10,00")
        assert {one.student: one.after for one in self.fill(data).changes}["ben"] == "8,52"
        assert self.fill(self.fill(data).data).changes == ()

    def test_a_column_writes_numbers_as_its_grades_do(self):
        """Whatever the row of points says: what people uploaded before is what is read and written."""
        data = self.data({"ada": "1,25", "ben": "2,50"}, way="utf-8 ; \n", most="13.3333")
        filled = self.fill(data)
        assert "1,25 is there, and 13,33 would" in dict(filled.kept)["ada"]
        assert all("." not in change.after for change in filled.changes)

    def test_totals_words_in_a_title_are_warned_of(self):
        """Canvas ignores columns that look like its own totals."""
        sheet = Sheet.read(self.data().replace(b"hw1 (12)", b"Final project (12)"))
        assert "ignore it" in platform("canvas").target(sheet, ["12"]).notes[0]

    def test_scores_over_a_thousand_have_no_comma(self):
        """Canvas would read them as something else."""
        many = replace(GRADES, max_score=GRADES.max_score)
        filled = self.fill(self.data(most="13333.33"), grades=many)
        assert {one.student: one.after for one in filled.changes}["ada"] == "13333.33"


class TestMoodle(PlatformContract):
    """Participants of one assignment."""

    platform = "moodle"
    head = ("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed")
    word, changeable = "Participant ", "Yes"

    def sheet(self, cells, most):
        rest = ["Last modified (submission)", "Last modified (grade)", "Feedback comments"]
        people = [
            [
                f"{self.word}{who.participant}",
                who.name,
                who.email,
                "Submitted for grading",
                cells.get(name, ""),
                most,
                self.changeable,
                "Monday, 23 November 2026, 1:02 AM",
                "-",
                "",
            ]
            for name in ORDER
            if (who := WHO[name])
        ]
        return [[*self.head, *rest], *people]

    def test_locked_grades_are_left(self):
        """Moodle would skip them."""
        data = self.data().decode().splitlines(keepends=True)
        data = [line.replace("Yes", "No").replace("Ja", "Nein") if "Ada" in line else line for line in data]
        assert "cannot be changed" in dict(self.fill("".join(data).encode()).kept)["ada"]


class TestGermanMoodle(TestMoodle):
    """The same in another language."""

    head = (
        "ID",
        "Vollständiger Name",
        "E-Mail-Adresse",
        "Status",
        "Bewertung",
        "Bestwertung",
        "Bewertung kann geändert werden",
    )
    word, changeable = "Teilnehmer/in ", "Ja"


class TestSwedishMoodle(TestMoodle):
    """A language that is not known here: the column is named."""

    head = ("Identifierare", "Fullständigt namn", "E-postadress", "Status", "Betyg", "Maxbetyg", "Betyg kan ändras")
    word = "Deltagare "
    wanted = ("Betyg",)

    def test_another_worth_stops_unless_scaling_is_wanted(self):
        """What the column is worth is not known in that language: nothing is scaled."""
        assert {change.student: change.after for change in self.fill(self.data(most="100")).changes}["ada"] == "13.33"

    def test_it_equals_the_gradebook(self):
        """Nothing is scaled."""
        assert {one.student: one.after for one in self.fill(self.data(most="x")).changes}["ben"] == "8.52"

    def test_locked_grades_are_left(self):
        """Which those are is not known in that language; Moodle skips them itself."""
        assert self.fill(self.data()).changes


class TestGradescope(PlatformContract):
    """One assignment's grades; who handed in nothing has blanks."""

    platform = "gradescope"

    def sheet(self, cells, most):
        head = ["First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status"]
        people = [
            ["", who.name.replace("\n", " "), who.sis_id, who.email, "A", cells.get(name, ""), most, "Ungraded"]
            for name in ORDER
            if (who := WHO[name])
        ]
        return [head, *people]


class TestBlackboard(PlatformContract):
    """UTF-16 with tabs, as it is downloaded."""

    platform = "blackboard"
    ways = ("utf-8 , \n", "utf-8-sig , \r\n", "utf-8 \t \n")

    def sheet(self, cells, most):
        head = [
            "Last Name",
            "First Name",
            "Username",
            "Student ID",
            "Last Access",
            "Availability",
            f"hw1 [Total Pts: {most} Score] |12345",
            "Weighted Total [Total Pts: up to 100 Percentage] |777",
        ]
        people = [
            [
                *(who.name.split(" ", 1) if " " in who.name else (who.name, ""))[::-1],
                who.login,
                who.sis_id,
                "2026-04-01",
                "Yes",
                cells.get(name, "Needs Grading" if name == "li" else ""),
                "",
            ]
            for name in ORDER
            if (who := WHO[name])
        ]
        return [head, *people]

    def test_only_the_cells_that_are_reported_differ(self):
        """In UTF-16 with its mark, tabs, every cell quoted."""
        text = self.data(way="utf-8 \t \n").decode()
        data = codecs.BOM_UTF16_LE + text.encode("utf-16-le")
        filled = self.fill(data)
        assert filled.data.startswith(codecs.BOM_UTF16_LE)
        for change in filled.changes:
            assert change.before in ("", "Needs Grading")
        assert {one.student for one in filled.changes} == {"ada", "ben", "eve", "li"}


class TestBrightspace(PlatformContract):
    """Marks before ids, a mark at each line's end."""

    platform = "brightspace"

    def sheet(self, cells, most):
        head = [
            "OrgDefinedId",
            "Username",
            "Last Name",
            "First Name",
            f"hw1 Points Grade <Numeric MaxPoints:{most} Weight:5>",
            "hw1 Text Grade <Text>",
            "End-of-Line Indicator",
        ]
        people = [
            [f"#{who.sis_id}", f"#{who.login}", who.name.replace("\n", " "), "", cells.get(name, ""), "", "#"]
            for name in ORDER
            if (who := WHO[name])
        ]
        return [head, *people]


def test_every_platform_is_held_to_the_contract():
    """A new one comes with its sheet."""
    held = {
        one.platform
        for one in globals().values()
        if isinstance(one, type) and issubclass(one, PlatformContract) and hasattr(one, "platform")
    }
    assert held == set(NAMES)


def moodle():
    """A worksheet, its rows' people, and what is filled."""
    sheet = Sheet.read(TestMoodle().data())
    return sheet, fill(sheet, platform("moodle").target(sheet, ["hw1"]), GRADES, GradeStyle(), scale=True)


def test_a_feedback_zip_is_what_moodle_reads():
    """One file a participant whose grade is released, by the number of the worksheet; nothing of what is hidden."""
    sheet, filled = moodle()
    data, waiting = moodle_zip(sheet, filled.people, GRADES, GradeStyle())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(pages) == {
        "Ada Lovelace_123_assignfeedback_file/feedback.html", "Ben Groß_124_assignfeedback_file/feedback.html",
        "李 小龙_125_assignfeedback_file/feedback.html",
    }  # fmt: skip
    assert set(waiting) == {"eve", "mo", "uri", "wim"}
    assert not any(CANARY in page or "secret" in page for page in pages.values())
    ben = pages["Ben Groß_124_assignfeedback_file/feedback.html"]
    assert "8.52 of 13.33" in ben and "a day late" in ben
    assert "Look again." in pages["李 小龙_125_assignfeedback_file/feedback.html"]
    assert moodle_zip(sheet, filled.people, GRADES, GradeStyle())[0] == data


def test_no_feedback_zip_is_made_for_groups():
    """Moodle would give it to the participant who has the group's number."""
    sheet, filled = moodle()
    people = {row: replace(one, group="team") for row, one in filled.people.items()}
    with pytest.raises(UsageError, match="groups"):
        moodle_zip(sheet, people, GRADES, GradeStyle())


def test_feedback_holds_every_word_of_people():
    """A comment on what has full marks, the items that were ticked, and what a request was answered with."""
    praised = praise(next(one for one in GRADES.students if one.student == "ada"))
    page = feedback_page(praised, GRADES, GradeStyle())
    for said in ("A person writes: Beautiful.", "-1/3: No units", "You asked: Why?\nThe answer: Look at line 3."):
        assert said in page
    entry = json.loads(exporter("json").write(replace(GRADES, students=(praised,)), GradeStyle())["grades.json"])
    jsonschema.validate(entry, DOCUMENT_SCHEMA)
    check = entry["students"][0]["questions"][0]["checks"][0]
    assert check["items"] == [{"text": "No units", "points": -0.33, "points_exact": "-1/3"}]
    assert check["requests"] == [{"text": "Why?", "answer": "Look at line 3."}]
    test = json.loads(
        exporter("gradescope").write(replace(GRADES, students=(praised,)), GradeStyle())["ada/results.json"]
    )
    assert "Beautiful." in test["tests"][0]["output"] and "No units" in test["tests"][0]["output"]


def praise(one):
    """A student's grade whose first check has full marks and all that people can say."""
    first, *others = one.grade.questions
    check, *rest = first.checks
    said = replace(
        check, comment="Beautiful.", items=(("No units", Fraction(-1, 3)),), answered=(("Why?", "Look at line 3."),)
    )
    return replace(one, grade=replace(one.grade, questions=(replace(first, checks=(said, *rest)), *others)))


SHEETS = {
    "canvas": 'Student,ID,hw1 (12)\n    Points Possible,,"{}"\nAda,1,\n',
    "blackboard": '"Last Name"\t"Username"\t"hw1 [Total Pts: {} Score] |12"\n"Ada"\t"a"\t""\n',
    "brightspace": 'OrgDefinedId,Username,"hw1 Points Grade <Numeric MaxPoints:{} Weight:5>",End\n#1,#a,,#\n',
    "moodle": 'Identifier,Full name,Grade,Maximum grade\nParticipant 1,Ada,,"{}"\n',
    "gradescope": 'Name,SID,Total Score,Max Points\nAda,1,,"{}"\n',
}


@pytest.mark.parametrize("worth", ["1,000", "1,000.00", "1.000,00", "1000", "1000,0"])
@pytest.mark.parametrize("name", SHEETS)
def test_a_thousand_is_no_one(name, worth):
    """Where a sheet parts thousands it is worth as many, and no score is scaled to one point."""
    sheet = Sheet.read(SHEETS[name].format(worth).encode())
    assert platform(name).target(sheet, ["hw1"]).max_score == 1000


def test_a_titles_letters_may_be_composed_or_not():
    """As a Mac writes them, and with two spaces."""
    sheet = Sheet.read('Student,ID,"U\u0308bung  1 (12)"\nAda,1,\n'.encode())
    assert platform("canvas").target(sheet, ["übung 1"]).column == 2
