"""A class of a thousand: its pages are made in seconds, and none is large."""

from __future__ import annotations

import time

from grader.report.pages import write_report
from grader.report.readings import SubmissionReading
from grader.rubric.loading import load
from tests.conftest import ROOT
from tests.report.classes import ledger, random_class

MATHML = "<math><mfrac><mi>a</mi><msqrt><mi>b</mi></msqrt></mfrac></math>"


def test_a_class_of_a_thousand(tmp_path):
    """All pages within 30 s of processor time; the class page under 2 MB, a student's under 300 kB with its font."""
    rubric = load(ROOT / "rubrics" / "hw1.yaml")
    results = random_class(1_000, rubric=rubric)
    write_up = SubmissionReading([["paragraph", 0, [["text", "We get "], ["math", MATHML, "x"]]]] * 40)
    started = time.process_time()
    report = write_report(tmp_path, ledger(results, rubric=rubric), {one.submission: write_up for one in results}, list)
    assert time.process_time() - started < 30
    assert report.n_students == 1_000
    assert (tmp_path / "class.html").stat().st_size < 2_000_000
    font = (tmp_path / "assets" / "stix-two-math.woff2").stat().st_size
    assert max(path.stat().st_size for path in (tmp_path / "students").iterdir()) + font < 300_000


def test_pages_are_the_same_bytes_each_time_and_go_with_their_students(tmp_path):
    """What did not change is not written anew; who left the class has no page."""
    results = random_class(5)
    write_report(tmp_path, ledger(results), {}, list)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.rglob("*.html")}
    write_report(tmp_path, ledger(results), {}, list)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before
    write_report(tmp_path, ledger(results[:3]), {}, list)
    assert sorted(path.stem for path in (tmp_path / "students").iterdir()) == ["s0000", "s0001", "s0002"]
