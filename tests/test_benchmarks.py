"""Benchmarks: that they measure what they say, and that the page says what they measured."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from benchmarks import kills, page
from benchmarks.chart import bars
from benchmarks.course import CHANGED, change_tolerance, make_course
from benchmarks.direct import DirectModules
from benchmarks.limit import Floor
from benchmarks.measuring import Cost, together
from benchmarks.synthetic import generate
from grader.assignment import load_assignment
from grader.checks.runner import CheckRunner
from grader.course.folders import Course
from grader.rubric.loading import load
from grader.sandbox.local import LocalSession
from tests.conftest import ROOT

DOCS = ROOT / "docs"
MODULES = ("q2_toeplitz", "q4_robust")
# Burns half a second in a grandchild whose parent does not wait for it.
ORPHAN = """
import os, time
if os.fork() == 0:
    while time.process_time() < 0.5:
        pass
"""
MEASURE = f"""
from benchmarks import measuring
measuring.adopt_orphans()
cost = measuring.measured("orphan", 1, lambda: measuring.python("-c", {ORPHAN!r}) and None)
print(cost.cpu_s)
"""


@pytest.fixture(scope="module")
def found():
    """The measurements that are kept."""
    return json.loads((DOCS / "speed.json").read_text())


@pytest.mark.parametrize("name", ["speed.md", "speed.svg"])
def test_the_page_follows_from_the_measurements(name, found):
    """The page and its chart are what the kept measurements give: `python -m benchmarks.page` writes them."""
    assert (DOCS / name).read_text() == page.written(found)[name]


def test_the_readme_says_what_was_measured(found):
    """The README leads to the page; a number on speed in it, if any, is the page's."""
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert "(docs/speed.md)" in readme
    told = re.findall(r"[\d.]+ times (?:faster|slower|less|more|that of)", readme)
    assert not told or page.headline(found) in readme


def test_measurements_name_no_machine(found):
    """What is kept tells the kind of machine, and neither its name nor where anything lies on it."""
    assert set(found["machine"]) == {"processor", "cores", "memory_gib", "system", "python", "numpy", "torch"}
    assert "/" not in json.dumps(found["machine"])


def test_each_way_is_measured_or_tells_why_not(found):
    """Every way of the table has a row in it."""
    known = {cost["way"] for cost in found["costs"]} | set(found["skipped"])
    assert set(page.WAYS) <= known


def test_a_way_that_was_skipped_tells_why(found):
    """Where a tool cannot be installed, the table holds the reason in its place."""
    without = {**found, "costs": [cost for cost in found["costs"] if cost["way"] != "otter"]}
    assert "not measured: no such package" in page.table({**without, "skipped": {"otter": "no such package"}})


def test_a_chart_is_drawn_to_a_logarithmic_scale():
    """Ten times the value is one step further to the right, and labels cannot break the drawing."""
    drawn = ElementTree.fromstring(bars("<b>", [("a & b", 0.2, True), ("c", 2.0, False), ("d", 20.0, False)]))
    bar_widths = [float(bar.attrib["width"]) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    first, second, third = bar_widths
    assert second - first == pytest.approx(third - second, abs=0.2)
    assert first < second


def test_orphans_count():
    """The time of a process whose parent did not wait for it is in the cost."""
    done = subprocess.run([sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) >= 0.5


def test_a_way_that_is_measured_twice_has_one_cost():
    """Seconds and submissions add up, in the order of the ways; the peak of memory is the higher one."""
    parts = [Cost("1", 2, 1.5, 1.25, 80), Cost("2", 2, 1.0, 1.5), Cost("2", 3, 2.0, 2.5), Cost("1", 2, 0.5, 0.25, 90)]
    assert together(parts) == [Cost("1", 4, 2.0, 1.5, 90), Cost("2", 5, 3.0, 4.0)]


def test_a_class_is_the_same_for_a_seed_and_its_first_students_for_any_size(tmp_path):
    """Two classes of one seed begin with the same students, so that costs of sizes can be compared."""
    few, more = generate(tmp_path / "few", 2, seed=3), generate(tmp_path / "more", 3, seed=3, hostile=0.0)
    for one, other in zip(few, more, strict=False):
        assert {path.name: path.read_text() for path in one.iterdir()} == {
            path.name: path.read_text() for path in other.iterdir()
        }


def test_one_tolerance_is_changed(tmp_path):
    """A course for code checks holds all of them and no others, and the change is in one tolerance."""
    make_course(tmp_path, 1, code_only=True)
    rubric = Course(tmp_path).rubric("hw1")
    before = {spec.id: spec for spec in load(rubric).checks}
    change_tolerance(tmp_path)
    after = {spec.id: spec for spec in load(rubric).checks}
    whole = load(Course(ROOT).rubric("hw1")).checks
    assert set(before) == {spec.id for spec in whole if spec.part == "code"}
    assert [name for name in before if before[name].tolerance != after[name].tolerance] == [CHANGED]


def test_the_floor_reaches_the_same_verdicts(tmp_path):
    """Bare calls and one lean comparison pass and fail the checks that the harness passes and fails."""
    assignment = load_assignment(Course(ROOT), "hw1", only=frozenset({"q2", "q4"}))
    floor = Floor(assignment)
    for folder in generate(tmp_path, 3, seed=0, wrong=0.3):
        with DirectModules(folder) as modules:
            session = LocalSession({name: getattr(modules, name) for name in MODULES})
            passed = {name: _passes(check, session) for name, check in assignment.checks.items()}
        assert floor.passes(folder) == passed
        assert not all(passed.values())


def _passes(check, session):
    return not CheckRunner(check, session).run().failing


def test_a_kill_is_survived_where_nobody_stays_and_nothing_is_lost():
    """What was measured is left out of the comparison, and a traceback is a fault of ours."""
    fine = kills.Kill(0.5, "parent", survivors=0, differs="", words="")
    assert fine.is_fine
    assert not replace(fine, survivors=1).is_fine
    assert not replace(fine, differs="results[0].score: 1, then 2").is_fine
    assert not replace(fine, words="Traceback (most recent call last)").is_fine
    assert kills.without_seconds([{"seconds": 1, "checks": [{"seconds": 2, "id": "a"}]}]) == [{"checks": [{"id": "a"}]}]
    assert kills.difference([{"a": 1, "b": [1]}], [{"a": 1, "b": [2]}]) == "results[0].b[0]: 1, then 2"
    assert kills.difference([{"a": 1}], [{"a": 1}]) == ""


def test_descendants_are_found_below_a_process():
    """Those that a process started, and those that they started."""
    shell = subprocess.Popen(["bash", "-c", "sleep 60 & wait"])
    try:
        deadline = time.monotonic() + 60
        while not (found := kills.below(shell.pid)) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(found) == 1
    finally:
        for pid in (*kills.below(shell.pid), shell.pid):
            os.kill(pid, signal.SIGKILL)
        shell.wait()
