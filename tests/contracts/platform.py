"""What every platform's sheet keeps to when it is filled; a test of one subclasses it and writes the sheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.errors import UsageError
from grader.export.decimals import decimal_text
from grader.export.grades import GradeStyle
from grader.model.grade import round_points
from grader.model.sheet import Sheet
from grader.sheets import platform
from grader.sheets.filling import fill
from tests.export.finals import GRADES, SCORES, WHO

ORDER = ["wim", "li", "ada", "mo", "ben", "eve", "uri"]
SETTLED = {name: score for name, score in SCORES.items() if score is not None}


class PlatformContract:
    """Subclass it, name the platform, and write its sheet."""

    platform: str
    wanted: tuple[str, ...] = ("hw1", "Homework 1")
    # What the sheet is written with, where the platform has ways of its own.
    ways = ("utf-8 , \n", "utf-8-sig ; \r\n", "cp1252 , \r\n")

    def sheet(self, cells, most):
        """The rows of the sheet; `cells` say what stands in the column by student, `most` what it is worth."""
        raise NotImplementedError

    def data(self, cells=None, most="13.3333", way="utf-8 , \n"):
        """The sheet's bytes."""
        encoding, delimiter, end = way.split(" ")
        stream = io.StringIO(newline="")
        rows = self.sheet(cells or {}, most)
        csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
        return stream.getvalue().encode(encoding, "replace")

    def fill(self, data, style=GradeStyle(), grades=GRADES, **options):  # noqa: B008 -- a frozen value
        """The filled sheet."""
        sheet = Sheet.read(data)
        return fill(
            sheet, platform(self.platform).target(sheet, self.wanted), grades, style, **{"scale": True} | options
        )

    def rows(self, data):
        """The sheet as the standard library reads it."""
        sheet = Sheet.read(data)
        return list(csv.reader(io.StringIO(sheet.text, newline=""), delimiter=sheet.delimiter))

    @pytest.mark.parametrize("way", range(3))
    def test_only_the_cells_that_are_reported_differ(self, way):
        """Read by somebody else: row for row, cell for cell; every other byte is the same, under every encoding."""
        before = self.data(way=self.ways[way])
        filled = self.fill(before)
        old, new = self.rows(before), self.rows(filled.data)
        changed = {
            (row, column)
            for row, line in enumerate(old)
            for column, text in enumerate(line)
            if new[row][column] != text
        }
        [column] = {column for _, column in changed}
        assert {(change.row, column): change.after for change in filled.changes} == {
            place: new[place[0]][place[1]] for place in changed
        }
        assert {change.student for change in filled.changes} == set(SETTLED)
        assert sum(map(len, (change.after for change in filled.changes))) == len(
            filled.data.decode(self._encoding(way))
        ) - len(before.decode(self._encoding(way)))

    def _encoding(self, way):
        return self.ways[way].split(" ")[0].removesuffix("-sig")

    def test_it_equals_the_gradebook(self):
        """Each settled score is in its student's row, rounded once."""
        filled = self.fill(self.data(most=decimal_text(GRADES.max_score, 6)), GradeStyle(4))
        scale = Fraction(decimal_text(GRADES.max_score, 6)) / GRADES.max_score
        assert {change.student: Fraction(change.after) for change in filled.changes} == {
            name: round_points(score * scale, 4) for name, score in SETTLED.items()
        }

    def test_refilling_changes_nothing(self):
        """Not a byte."""
        filled = self.fill(self.data())
        again = self.fill(filled.data)
        assert (again.data, again.changes, again.unchanged) == (filled.data, (), len(SETTLED))

    def test_what_is_not_settled_is_left_and_listed(self):
        """An empty cell or a grade that somebody wrote by hand."""
        filled = self.fill(self.data({"wim": "9"}))
        assert dict(filled.kept) == {
            "wim": "waits for a person", "uri": "could not be run: grade again", "mo": "handed in nothing",
        }  # fmt: skip
        assert "mo" in {one.student for one in self.fill(self.data(), GradeStyle(missing_is_zero=True)).changes}

    def test_nothing_is_overwritten_unasked(self):
        """Neither lower nor higher; asked for, each is shown before and after."""
        data = self.data({"ada": "1", "eve": "12.5"})
        filled = self.fill(data)
        assert {"ada", "eve"} <= set(dict(filled.kept))
        assert "--overwrite" in dict(filled.kept)["ada"]
        asked = {change.student: (change.before, change.after) for change in self.fill(data, overwrite=True).changes}
        assert asked["eve"] == ("12.5", "0")
        assert asked["ada"][0] == "1"

    def test_strangers_and_absent_ones_are_listed(self):
        """And nobody's cell is written for them."""
        grades = replace(GRADES, students=tuple(one for one in GRADES.students if one.student != "ada"))
        filled = self.fill(self.data(), grades=grades)
        [stranger] = filled.strangers
        assert "Ada" in stranger or WHO["ada"].login in stranger or WHO["ada"].sis_id in stranger
        new = Sheet.read(self.data())
        target = platform(self.platform).target(new, self.wanted)
        short = new.with_cells({})
        [line] = [
            text for text in short.decode().splitlines(keepends=True) if WHO["ada"].login in text or "Ada" in text
        ]
        filled = self.fill(short.decode().replace(line, "").encode())
        assert filled.absent == ("ada",)
        assert target.column >= 0

    def test_two_rows_of_one_student_are_left(self):
        """Which of them is meant is not guessed."""
        text = self.data().decode()
        [line] = [one for one in text.splitlines(keepends=True) if WHO["ada"].login in one or "Ada" in one]
        filled = self.fill(text.replace(line, line + line).encode())
        assert "two rows" in dict(filled.kept)["ada"]
        assert "ada" not in {change.student for change in filled.changes}

    def test_another_worth_stops_unless_scaling_is_wanted(self):
        """Points of one maximum are no points of another."""
        data = self.data(most="100")
        with pytest.raises(UsageError, match="--scale"):
            self.fill(data, scale=False)
        assert {change.student: change.after for change in self.fill(data).changes}["ada"] == "100"

    def test_another_sheet_is_refused(self):
        """With what was expected."""
        with pytest.raises(UsageError):
            self.fill(b"a,b\n1,2\n")
        with pytest.raises(UsageError):
            self.fill(b"\n")
