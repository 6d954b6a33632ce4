"""Each format of final grades is read back by a reader that is not ours."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import jsonschema
import pytest
from junitparser import JUnitXml

from grader.errors import UsageError
from grader.export.decimals import decimal_text, read_decimal
from grader.export.grades import NAMES, GradeStyle, exporter, exporters
from grader.export.grades.document import DOCUMENT_SCHEMA, STUDENT_SCHEMA
from tests.contracts.exporter import ExporterContract
from tests.export.finals import CANARY, GRADES, SCORES, WHO
from tests.export.gradescope_schema import RESULTS


def rows(files, name="grades.csv"):
    """A table as the standard library reads it."""
    return list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))


def number(text):
    """What a cell says; None where it says nothing."""
    return Decimal(text) if text else None


class TestCsv(ExporterContract):
    """One table."""

    format = "csv"

    def read(self, files):
        return {row["student"]: number(row["score"]) for row in rows(files)}

    def test_no_name_is_a_formula_and_no_score_a_text(self):
        """Texts are guarded, numbers are plain."""
        found = {row["student"]: row for row in rows(self.write())}
        assert found["eve"]["name"] == "'" + WHO["eve"].name
        assert (found["ben"]["q1"], found["ben"]["max_score"], found["wim"]["q1"], found["wim"]["q2"]) == (
            "5.33",
            "13.33",
            "",
            "3.33",
        )


class TestXlsx(ExporterContract):
    """A workbook."""

    format = "xlsx"

    def sheet(self, files, title):
        openpyxl = pytest.importorskip("openpyxl", reason="the extra xlsx is not installed")
        return [list(row) for row in openpyxl.load_workbook(io.BytesIO(files["grades.xlsx"]))[title].values]

    def read(self, files):
        head, *body = self.sheet(files, "Grades")
        return {
            row[0]: None if row[head.index("score")] is None else Decimal(str(row[head.index("score")])) for row in body
        }

    def test_texts_are_texts_and_checks_stand_beside(self):
        """A name that looks like a formula is none."""
        pytest.importorskip("openpyxl", reason="the extra xlsx is not installed")
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(self.write()["grades.xlsx"]))
        [cell] = [cell for cell in book["Grades"]["B"] if cell.value == WHO["eve"].name]
        assert cell.data_type == "s"
        head, *body = self.sheet(self.write(), "Checks")
        assert head == ["student", "q1.a", "q1.b", "q2.secret"]
        assert ["ben", 2.33, 3, 3.33] in body
        assert [row[:3] for row in self.sheet(self.write(), "Waiting")[1:]] == [["uri", "q1", "a"], ["wim", "q1", "a"]]


class TestJson(ExporterContract):
    """One document with a schema."""

    format = "json"

    def read(self, files):
        document = json.loads(files["grades.json"], parse_float=Decimal)
        jsonschema.validate(json.loads(files["grades.json"]), DOCUMENT_SCHEMA)
        return {one["student"]: one["score"] for one in document["students"]}

    def test_exact_points_are_there_too(self):
        """A third stays a third, and the lines add up to the score."""
        document = json.loads(self.write()["grades.json"])
        exact = {one["student"]: one["score_exact"] for one in document["students"]}
        assert exact == {name: None if score is None else str(score) for name, score in SCORES.items()}


class TestJsonLines(ExporterContract):
    """A line a student."""

    format = "jsonl"

    def read(self, files):
        found = {}
        for text in files["grades.jsonl"].decode().splitlines():
            one = json.loads(text, parse_float=Decimal)
            plain = json.loads(text)
            assert plain.pop("assignment") == "hw1"
            jsonschema.validate(plain, STUDENT_SCHEMA)
            found[one["student"]] = one["score"]
        return found


class TestJUnit(ExporterContract):
    """A suite a student."""

    format = "junit"
    leaves_out_missing = True

    def read(self, files):
        return {
            suite.name: number({one.name: one.value for one in suite.properties()}["score"])
            for suite in self.document(files)
        }

    def document(self, files):
        return JUnitXml.fromstring(files["grades.xml"])

    def test_what_a_person_gave_is_what_counts(self):
        """A part is a failure, a waiting check is skipped."""
        suites = {suite.name: suite for suite in self.document(self.write())}
        assert {name: (suite.tests, suite.failures, suite.skipped, suite.errors) for name, suite in suites.items()} == {
            "ada": (3, 0, 0, 0), "ben": (3, 1, 0, 0), "eve": (3, 3, 0, 0), "li": (3, 1, 0, 0), "uri": (3, 0, 1, 0), "wim": (3, 0, 1, 0),
        }  # fmt: skip
        [failed] = [case for case in suites["li"] if case.result]
        assert "Look again." in failed.result[0].text


class TestGradescope(ExporterContract):
    """A document a student."""

    format = "gradescope"
    leaves_out_missing = True

    def read(self, files):
        found = {}
        for name, data in files.items():
            jsonschema.validate(json.loads(data), RESULTS)
            found[name.split("/")[0]] = json.loads(data, parse_float=Decimal).get("score")
        return found

    def test_what_is_hidden_stays_so(self):
        """Its words are in no file; a person's are in the student's."""
        files = self.write()
        assert not any(CANARY.encode() in data for data in files.values())
        assert b"Look again." in files["li/results.json"]


class TestPrairieLearn(ExporterContract):
    """A percentage a student."""

    format = "prairielearn"
    leaves_out_unsettled = True

    def read(self, files):
        students = {who.email: name for name, who in WHO.items()}
        worth = Decimal(GRADES.max_score.numerator) / Decimal(GRADES.max_score.denominator)
        return {
            students[row["uid"]]: Decimal(row["score_perc"]) * worth / 100 for row in rows(files, "prairielearn.csv")
        }

    def test_it_reads_back_as_the_gradebook(self):
        """To what two decimals of a percentage tell."""
        found = {row["uid"]: row for row in rows(self.write(), "prairielearn.csv")}
        assert {uid: row["score_perc"] for uid, row in found.items()} == {
            "ada@uni.edu": "100", "ben@uni.edu": "63.93", "eve@uni.edu": "0", "li@uni.edu": "78.44",
        }  # fmt: skip
        assert json.loads(found["ben@uni.edu"]["partial_scores"]) == {
            "q1": {"score": 0.5333, "weight": 10.0},
            "q2": {"score": 1.0, "weight": pytest.approx(10 / 3)},
        }

    def test_halves_are_rounded_up_once(self):
        """Of the percentage, which is what is written."""
        assert decimal_text(100 * SCORES["ben"] / GRADES.max_score, 2) == "63.93"


class TestNbgrader(ExporterContract):
    """nbgrader's own columns."""

    format = "nbgrader"

    def read(self, files):
        return {row["student_id"]: number(row["score"]) for row in rows(files, "nbgrader.csv")}

    def test_the_columns_are_nbgraders(self):
        """score = raw_score - late_submission_penalty, in what is written."""
        text = self.write()["nbgrader.csv"].decode()
        head = "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score"
        assert text.splitlines()[0] == head
        found = {row["student_id"]: row for row in rows({"grades.csv": text.encode()})}
        assert (found["ben"]["raw_score"], found["ben"]["late_submission_penalty"], found["ben"]["score"]) == (
            "8.66",
            "0.14",
            "8.52",
        )
        assert (found["ada"]["last_name"], found["ada"]["first_name"]) == ("Lovelace", "Ada")


def test_every_exporter_is_held_to_the_contract():
    """A new one comes with its reader."""
    held = {
        one.format
        for one in globals().values()
        if isinstance(one, type) and issubclass(one, ExporterContract) and hasattr(one, "format")
    }
    assert held == set(NAMES) == set(exporters())


def test_an_unknown_format_is_suggested():
    """One message."""
    with pytest.raises(UsageError, match="did you mean jsonl"):
        exporter("jsonnl")


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("7,50", ",", "7.5"),
        ("7.50", ".", "7.5"),
        ("-1.5", ".", "-1.5"),
        ("1,234.5", ".", None),
        ("EX", ".", None),
        ("", ".", None),
        ("1e5", ".", None),
        ("nan", ".", None),
        ("٣", ".", "3"),
    ],
)
def test_numbers_of_cells(text, sign, value):
    """What is no plain decimal is no number."""
    assert read_decimal(text, sign) == (None if value is None else Decimal(value))


def test_styles_do_not_touch_what_is_settled():
    """`missing` alone is a zero where that is wanted."""
    assert {one.student: GradeStyle(missing_is_zero=True).score(one.grade) for one in GRADES.students} == SCORES | {
        "mo": 0
    }


def test_no_format_writes_over_another():
    """All of them go to one folder."""
    names = [name for one in exporters().values() for name in one.write(GRADES, GradeStyle())]
    assert len(names) == len(set(names))
