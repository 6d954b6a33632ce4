"""What every exporter of final grades keeps to; a test of one subclasses `ExporterContract` and says how it is read."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from grader.export.grades import GradeStyle, exporter
from grader.model.grade import round_points
from tests.export.finals import GRADES, SCORES


class ExporterContract:
    """Subclass it, name the format, and read its files back with somebody else's reader."""

    format: str
    # Formats in which whoever has no score has no row either.
    leaves_out_unsettled = False
    leaves_out_missing = False

    def read(self, files):
        """Student → score as it is written, None where none is; the reader is not ours."""
        raise NotImplementedError

    def write(self, style=GradeStyle(), grades=GRADES):  # noqa: B008 -- a frozen value
        """The files."""
        return exporter(self.format).write(grades, style)

    def test_it_reads_back_as_the_gradebook(self):
        """Each settled score, rounded once; who waits or handed in nothing has none, and nobody a zero for it."""
        for decimals in (0, 2, 4):
            wanted = {name: score if score is None else round_points(score, decimals) for name, score in SCORES.items()}
            if self.leaves_out_missing:
                del wanted["mo"]
            if self.leaves_out_unsettled:
                wanted = {name: score for name, score in wanted.items() if score is not None}
            found = {
                name: score if score is None else round_points(Fraction(score), 6)
                for name, score in self.read(self.write(GradeStyle(decimals))).items()
            }
            assert found == wanted

    def test_a_missing_hand_in_is_a_zero_only_where_that_is_said(self):
        """And nobody else gets one by it."""
        if self.leaves_out_missing:
            assert "mo" not in self.read(self.write(GradeStyle(missing_is_zero=True)))
            return
        found = self.read(self.write(GradeStyle(missing_is_zero=True)))
        assert found["mo"] == 0
        assert found.get("wim") is None and found.get("uri") is None

    def test_the_same_grades_are_the_same_bytes(self):
        """No clock, no order of arrival."""
        assert self.write() == self.write()

    def test_a_class_of_nobody_is_written(self):
        """A course begins with one."""
        assert self.read(self.write(grades=replace(GRADES, students=()))) == {}

    def test_halves_are_rounded_up_once(self):
        """From the exact fraction: 2.675 is 2.68, though no float says so."""
        one = GRADES.students[0]
        half = replace(one, grade=replace(one.grade, score=Fraction("2.675")))
        found = self.read(self.write(grades=replace(GRADES, students=(half,))))
        assert round_points(Fraction(found["ada"]), 6) == Fraction("2.68")
