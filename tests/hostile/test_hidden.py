"""Nothing that a student reads depends on what a check asks that is shown later or never, by any way through the code.

The same spies are graded in courses that differ in nothing but such inputs: what students read is equal, byte for byte.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.export.audience import for_students
from grader.export.github import annotation_commands, report_commands
from grader.export.grades import GradeStyle, exporters
from grader.export.gradescope import gradescope
from grader.export.junit import junit
from grader.export.summary import summary
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.kit.making import make_kit, public_seed
from grader.model.record import checks_of
from grader.report.pages import student_page
from grader.results.acts import Act
from grader.results.ledger import Ledger
from grader.results.machine import read_results
from grader.results.roll import collect
from grader.results.store import Store
from grader.rubric.late import LateRules
from grader.sheets import NAMES as PLATFORMS
from grader.sheets.feedback import feedback_page

DUE = datetime(2026, 3, 1, tzinfo=UTC)
LEVELS = ("visible", "after_due_date", "after_published", "hidden")
# By visibility, what its checks ask; the second course asks other things of those that are shown later.
FIRST = {"visible": 1.5, "after_due_date": 50101.25, "after_published": 60202.5, "hidden": 73123.5}
SECOND = {"visible": 1.5, "after_due_date": 40709.75, "after_published": 31337.25, "hidden": 88055.5}
RUBRIC = "assignment: t\ntitle: T\nmodules: [numpy]\nquestions:\n"
CHECK = """
def {q}_{level}(student, expect):
    expect.close(student.{q}_m.f({value}), {value})
"""
# Loads a module for each bit of what a hidden check asked; who comes later sees which are there.
BITS = ("wave", "colorsys", "sched", "netrc")
SPY = f"""
import gc, os, sys, time
import numpy as np
BITS, SEEN = {BITS!r}, []
def f(x):
    SEEN.append(float(x))
    if x > 2:
        WRITE(x)
        return x
    inside = [one for held in gc.get_objects() if type(held) in (list, tuple, dict, set)
              for one in (held.values() if type(held) is dict else held) if type(one) is float and one > 2e4]
    packed = [held for held in gc.get_objects() if type(held) in (list, tuple)
              for one in held if type(one) is bytes and any(np.float64(v / 2).tobytes()[::k] in one for v in DOUBLED for k in (1, -1))]
    told = SEEN[:-1], sorted(set(one for one in inside if 2 * one in DOUBLED)), len(packed), [name for name in BITS if name in sys.modules], np.random.rand()
    TELL(told)
DOUBLED = {[2 * value for value in (*FIRST.values(), *SECOND.values()) if value > 2]!r}
"""
QUIET = "def WRITE(x):\n    pass\n"
SPIES = {
    "by modules": "def WRITE(x):\n    for number, name in enumerate(BITS): int(x) >> number & 1 and __import__(name)\ndef TELL(told):\n    raise ValueError(repr(told))\n",
    "by a name": QUIET + "def TELL(told):\n    raise type('T' + repr(told)[:70], (Exception,), {})\n",
    "by a text": QUIET + "def TELL(told):\n    global f\n    TOLD.append(repr(told))\nTOLD = []\nwrapped = f\ndef f(x):\n    got = wrapped(x)\n    return TOLD[-1] if got is None else got\n",
    "by what is printed": "def WRITE(x):\n    print('asked', x)\ndef TELL(told):\n    print(told)\n    raise ValueError\n",
    "by what a class keeps": "class Kept:\n    pass\ndef WRITE(x):\n    Kept.__doc__ = repr(x)\ndef TELL(told):\n    raise ValueError(Kept.__doc__)\n",
    "by a library": "def WRITE(x):\n    np.set_printoptions(precision=int(x) % 17); np.asked = x; os.environ['X'] = repr(x)\ndef TELL(told):\n    raise ValueError(repr((np.get_printoptions(), getattr(np, 'asked', 0), os.environ.get('X'))))\n",
    "by a file": "def WRITE(x):\n    open('kept.txt', 'w').write(repr(x))\ndef TELL(told):\n    raise ValueError(open('kept.txt').read())\n",
    "by dying": "def WRITE(x):\n    int(x) % 2 and os._exit(3)\ndef TELL(told):\n    raise ValueError(repr(told))\n",
}  # fmt: skip


def course(folder, values):
    """Two questions with a check of each visibility, the hidden ones first; one waits for a hidden one."""
    for part in ("rubrics", "reference/t"):
        (folder / part).mkdir(parents=True)
    yaml, python = RUBRIC, ""
    for q in ("qa", "qb"):
        yaml += f"  - id: {q}\n    title: {q}\n    checks:\n"
        for level in reversed(LEVELS):
            yaml += f"      - {{check: {q}_{level}, points: 1, visibility: {level}}}\n"
            python += CHECK.format(q=q, level=level, value=values[level])
        (folder / f"reference/t/{q}_m.py").write_text("def f(x):\n    return x\n")
    yaml += "      - {check: qb_waits, points: 1, requires: [qa_hidden]}\n"
    (folder / "rubrics/t.yaml").write_text(yaml)
    (folder / "rubrics/t.py").write_text(python + CHECK.format(q="qb", level="waits", value=1.5))
    return load_assignment(Course(folder), "t")


def graded(folder, values, sandbox):
    """A folder of results in which every spy was graded, and the rubric."""
    assignment = course(folder, values)
    store = Store(folder / "results")
    for number, how in enumerate(SPIES.values()):
        source = (SPY.replace("TELL(told)", "return TELL(told)") + how).encode()
        submission = Submission(f"spy{number}", {"qa_m.py": source, "qb_m.py": source})
        store.put(f"key{number}", grade(assignment, submission, sandbox), "auto")
    store.close()
    return folder / "results", assignment.rubric


@pytest.fixture(scope="module")
def classes(tmp_path_factory, sandbox):
    """The class in four courses: by the level from which on the second one's inputs are asked."""
    made = {}
    for first_other in range(1, len(LEVELS) + 1):
        values = {level: (FIRST, SECOND)[n >= first_other][level] for n, level in enumerate(LEVELS)}
        made[first_other] = graded(tmp_path_factory.mktemp("hidden"), values, sandbox)
    return made


def settled(text):
    """A text without what differs between courses and runs by right: digests and times."""
    return re.sub(r'"(seconds|execution_time|digest|rubric_digest)": ("\w+"|[\d.e-]+)|time="[\d.]+"', "", text)


def read_now(lines):
    """What students may read before the due time, in every form that a line has for them."""
    for line in lines:
        shown = for_students(line)
        yield "the line", json.dumps(shown)
        yield "JUnit", junit(shown)
        yield "the summary", summary(shown)
        yield "annotations", "\n".join([*annotation_commands(shown, {}), *report_commands(shown)])
        yield "Gradescope", on_gradescope(line, {"visible"})


def on_gradescope(line, shown):
    """results.json as Gradescope shows it: without the tests that are not to be seen, and the score where there are such."""
    document = gradescope(line)
    tests = [test for test in document["tests"] if test["visibility"] in shown]
    hides = {"score", "extra_data"} if len(tests) < len(document["tests"]) else set()
    return json.dumps({**{key: value for key, value in document.items() if key not in hides}, "tests": tests})


def pages(folder, rubric, *, released=False, past_due=False):
    """The students' pages, and the feedback that platforms get."""
    rubric = rubric if released else late(rubric)
    results = read_results(folder, rubric)
    acts = [
        Act(kind="release", actor="a", student=name, value="0", id=1, at="2026-01-02T00:00:00+00:00")
        for name in results
    ]
    ledger = Ledger(rubric, results, tuple(acts) if released else ())
    now = DUE + timedelta(days=1 if past_due else -1)
    for one in collect(ledger).students:
        yield "the page", student_page(ledger, one.grade, {}, now=now)
        yield "feedback", feedback_page(one, collect(ledger), GradeStyle()) or ""


def late(rubric):
    """The rubric with a due time."""
    return replace(rubric, late=LateRules(DUE, ZoneInfo("UTC")))


def lines_of(folder, rubric):
    """The lines of results."""
    return [one.line for one in read_results(folder, rubric).values()]


SEEN = {
    "now": (1, lambda folder, rubric: [*read_now(lines_of(folder, rubric)), *pages(folder, rubric)]),
    "after the due time": (2, lambda folder, rubric: [
        *pages(folder, rubric, past_due=True),
        *(("Gradescope", on_gradescope(line, set(LEVELS[:2]))) for line in lines_of(folder, rubric)),
    ]),
    "after the release": (3, lambda folder, rubric: [
        *pages(folder, rubric, released=True),
        *(("Gradescope", on_gradescope(line, set(LEVELS[:3]))) for line in lines_of(folder, rubric)),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("when", SEEN)
def test_what_students_read_is_the_same_whatever_is_asked_later(when, classes):
    """Line, JUnit, summary, annotations, Gradescope, pages and feedback files, for every spy."""
    level, read = SEEN[when]
    whole = [(name, settled(text)) for name, text in read(*classes[len(LEVELS)])]
    assert any("(" in text for _, text in whole)
    for first_other in range(level, len(LEVELS)):
        for (name, text), (_, other) in zip(whole, read(*classes[first_other]), strict=True):
            assert settled(other) == text, (when, name, first_other)
    text = "".join(text for _, text in whole)
    told = [value for name in LEVELS[level:] for value in (FIRST[name], SECOND[name]) if str(value) in text]
    assert told == []


def test_spies_do_see_what_they_are_asked(classes):
    """Else nothing is proved: the later checks' inputs reach the code, and what it prints reaches the instructors."""
    lines = lines_of(*classes[len(LEVELS)])
    assert "asked 73123.5" in json.dumps(lines)
    statuses = {
        check["id"]: check["status"] for line in lines for check in checks_of(line) if line["submission"] == "spy0"
    }
    assert {statuses[f"{q}_{level}"] for q in ("qa", "qb") for level in LEVELS[1:]} == {"passed"}
    assert {statuses["qa_visible"], statuses["qb_visible"], statuses["qb_waits"]} == {"error"}


# What a student may be handed of each format: nothing but numbers, or what the tests above look at.
FOR_INSTRUCTORS = {"csv", "xlsx", "json", "jsonl", "junit", "nbgrader", "prairielearn"}


def test_every_format_is_looked_at(classes):
    """A new one is for instructors, or stands above; of those that platforms show, none holds a text of a check."""
    folder, rubric = classes[len(LEVELS)]
    assert {*exporters(), *PLATFORMS} == FOR_INSTRUCTORS | {"gradescope"} | set(PLATFORMS)
    grades = collect(Ledger(rubric, read_results(folder, rubric), ()))
    for name in ("nbgrader", "prairielearn"):
        text = b"".join(exporters()[name].write(grades, GradeStyle()).values()).decode()
        assert not re.search(r"ValueError|asked|73123|qa_", text), name


def kit_files(folder, values):
    """Every file of the kit that students get, and those within its archives; grader's own wheel apart."""
    course(folder, values)
    for name, data in make_kit(Course(folder), "t", seed=public_seed("t", 0)).files.items():
        if not name.endswith(".whl"):
            yield name, data
            if data[:2] == b"PK":
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    yield from ((inner, archive.read(inner)) for inner in archive.namelist())


def test_a_kit_is_the_same_whatever_is_asked_later(tmp_path):
    """No byte of it rests on a check that is not visible."""
    whole = list(kit_files(tmp_path / "one", FIRST))
    assert any(b"qa_visible" in data for _, data in whole)
    assert not any(b"qa_hidden" in data for _, data in whole)
    assert whole == list(kit_files(tmp_path / "two", {**SECOND, "visible": FIRST["visible"]}))
