"""A right rubric becomes clean values; its numbers are what the text says."""

from __future__ import annotations

import hashlib
import string
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction

import pytest
from demo_course import RUBRIC, Change, Course, Number
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import Fault, RubricError
from grader.model.budget import Budget
from grader.model.tolerance import Tier, Tolerance
from grader.rubric import DEFAULT_TOLERANCE, Rubric
from grader.rubric.loading import load, write_up_specs

slow_files = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_values_are_those_of_the_file(course: Course) -> None:
    """Every key of a right rubric arrives as a clean value."""
    rubric = course.load()
    linear, shifts, bce, total = rubric.checks
    assert (rubric.assignment, rubric.handout, rubric.modules) == ("demo", "demo.md", ("numpy", "torch"))
    assert rubric.limits == Budget(call_wall_s=2, memory_mib=512)
    assert linear.tolerance == Tolerance((Tier(1e-6, 1e-9), Tier(1e-3, 1e-5, Fraction(1, 2))))
    assert (shifts.tolerance, shifts.requires) == (DEFAULT_TOLERANCE, ("conv_is_linear",))
    assert (bce.id, bce.matches_reference, bce.function) == ("bce_matches_reference", "losses.bce", None)
    assert bce.given == {"y_hat": "probabilities", "y": {"shape": ("n",), "n": "1..20", "elements": "0..1"}}
    assert (total.part, total.function, total.writeup) == ("writeup", None, Number(question=1, value=61706))
    assert [check.line for check in rubric.checks] == [10, 15, 21, 24]


def test_points_add_up_exactly(course: Course) -> None:
    """8 + 0.1 + 1/3 + 2 has no rounding in it."""
    rubric = course.load()
    assert [question.points for question in rubric.questions] == [Fraction(81, 10), Fraction(7, 3)]
    assert rubric.points == Fraction(313, 30)


def test_the_digest_is_over_both_files(course: Course) -> None:
    """Whoever changes a byte of the rubric or of its Python changes the digest."""
    first = course.load().digest
    assert first == hashlib.sha256(course.yaml.read_bytes() + b"\0" + course.python.read_bytes()).hexdigest()
    assert course.load(RUBRIC + "\n").digest != first
    course.python.write_text(course.python.read_text() + "\n")
    assert course.load().digest != first


@pytest.mark.parametrize(
    ("old", "new", "read"),
    [
        ("title: Losses", "title: no", lambda rubric: rubric.questions[1].title == "no"),
        ("title: Losses", "title: 1.10", lambda rubric: rubric.questions[1].title == "1.10"),
        ("points: 8", "points: 8\n        hint: off", lambda rubric: rubric.checks[0].hint == "off"),
        ("1.0e-3", "1e-3", lambda rubric: rubric.checks[0].tolerance.tiers[1].rtol == 1e-3),
        ("1.0e-3", "1E-3", lambda rubric: rubric.checks[0].tolerance.tiers[1].rtol == 1e-3),
        ("value: 61706", "value: 1e-5", lambda rubric: rubric.checks[3].options["value"] == 1e-5),
        ("value: 61706", "value: no", lambda rubric: rubric.checks[3].options["value"] == "no"),
        ("credit: 0.5", "credit: 1/3", lambda rubric: rubric.checks[0].tolerance.tiers[1].credit == Fraction(1, 3)),
        (
            "y_hat: probabilities",
            "y_hat: {elements: 5}",
            lambda rubric: rubric.checks[2].given["y_hat"]["elements"] == "5",
        ),
        ("shape: [n]", "shape: [n, 3]", lambda rubric: rubric.checks[2].given["y"]["shape"] == ("n", 3)),
        (
            "matches_reference: losses.bce",
            "matches_reference: losses.bce\n        id: b",
            lambda r: r.checks[2].id == "b",
        ),
        ("        question: 1\n        value: 61706\n", "", lambda rubric: rubric.checks[3].writeup is None),
    ],
)
def test_what_is_written_is_what_is_read(
    course: Course, changed: Change, old: str, new: str, read: Callable[[Rubric], bool]
) -> None:
    """A text stays a text, a number a number, whatever YAML 1.1 makes of them."""
    assert read(course.load(changed(old, new)))


def test_a_check_may_have_an_id_of_its_own(course: Course) -> None:
    """One function may bear two checks, told apart by their ids; requirements go by id."""
    text = RUBRIC.replace("points: 8", "points: 8\n        id: linear").replace("[conv_is_linear]", "[linear]")
    first, second = course.load(text).questions[0].checks
    assert (first.id, first.function, second.requires) == ("linear", "conv_is_linear", ("linear",))


def test_a_shared_tolerance_may_be_an_alias(course: Course) -> None:
    """An anchor used a few times is expanded like any value."""
    text = RUBRIC.replace("- {rtol: 1.0e-6, atol: 1.0e-9}", "- &double {rtol: 1.0e-7, atol: 0}")
    rubric = course.load(text.replace("points: 0.1", "points: 0.1\n        tolerance: *double"))
    assert rubric.checks[1].tolerance == Tolerance((Tier(1e-7, 0.0),))


KINDS = """\
      - {check: k1, points: 1, kind: number, find: {question: 3, part: iii},
         accept: [{value: 0.8026, base: "e"}]}
      - {check: k2, points: 1, kind: matrix, find: {question: 2}, rows: [[-1, 0], [1e-5, 1]]}
      - {check: k3, points: 1, kind: formula, find: {question: 3},
         equals: y*p, symbols: {y: {}, p: {low: 0.0, high: 1.0}}}
      - {check: k4, points: 1, kind: text}
"""


def test_write_up_checks_are_read_by_their_kind(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of a kind are read by the kind's own model, and its faults have the lines and paths of the file."""
    monkeypatch.setattr("grader.rubric.loading.write_up_specs", write_up_specs)
    head = RUBRIC[: RUBRIC.index("      - check: total")]
    kinds = write_up_specs()
    k1, k2, k3, k4 = course.load(head + KINDS).checks[3:]
    for check in (k1, k2, k3):
        assert isinstance(check.writeup, kinds[str(check.kind)])
    assert k2.options["rows"] == [[-1, 0], [1e-5, 1]]
    assert (k4.writeup, k4.options) == (None, {})
    wrong = KINDS.replace("part: iii", "prat: iii").replace('base: "e"', "base: 2").replace("[1e-5, 1]", "[1]")
    faults = course.faults(head + wrong.replace("high:", "hihg:"))
    assert [(fault.line, fault.path, fault.message.rpartition("; ")[2]) for fault in faults] == [
        (24, "questions[1].checks[1].find.prat", "did you mean 'part'?"),
        (25, "questions[1].checks[1].accept[0].base", "put it in quotes"),
        (26, "questions[1].checks[2]", "expected rows of one length and at most 10000 entries"),
        (28, "questions[1].checks[3].symbols.p.hihg", "did you mean 'high'?"),
    ]


def test_a_rubric_without_python_needs_no_python_file(course: Course) -> None:
    """Array specs and write-up checks alone leave rubrics/<name>.py out."""
    course.python.unlink()
    checks = "\n".join(RUBRIC.splitlines()[17:]).replace("probabilities", "{shape: [n], elements: 0.1..0.9}")
    assert len(course.load("assignment: demo\ntitle: Demo\nquestions:\n" + checks + "\n").checks) == 2


@slow_files
@given(whole=st.integers(1, 99_999), digits=st.text("0123456789", min_size=1, max_size=6))
def test_decimals_are_exact(course: Course, whole: int, digits: str) -> None:
    """Points are the decimal in the text, not the nearest binary number."""
    rubric = course.load(RUBRIC.replace("points: 0.1", f"points: {whole - 1}.{digits}1"))
    assert rubric.checks[1].points == Fraction(int(f"{whole - 1}{digits}1"), 10 ** (len(digits) + 1))


names = st.text(string.ascii_letters, min_size=1, max_size=8).filter(lambda name: name.lower() != "null")
tier_widths = st.lists(st.integers(0, 12), min_size=1, max_size=4, unique=True).map(
    lambda powers: sorted(powers, reverse=True)
)
check_values = st.tuples(st.integers(1, 50), st.integers(1, 50), tier_widths, st.integers(1, 10_000))


@slow_files
@given(questions=st.lists(st.lists(check_values, min_size=1, max_size=3), min_size=1, max_size=3), title=names)
def test_every_right_rubric_loads(
    course: Course, questions: list[list[tuple[int, int, list[int], int]]], title: str
) -> None:
    """Any questions, checks, points, examples and tiers that keep the rules give a rubric with the same numbers."""
    lines = ["assignment: demo", f"title: {title}", "questions:"]
    for i, checks in enumerate(questions):
        lines += [f"  - id: q{i}", "    title: q", "    checks:"]
        for j, (top, bottom, powers, examples) in enumerate(checks):
            tiers = [f"{{rtol: 1e-{power}, atol: 0, credit: 1/{k + 1}}}" for k, power in enumerate(powers)]
            lines += [f"      - {{check: conv_shifts, id: c{i}_{j}, points: {top}/{bottom}, examples: {examples},"]
            lines += [f"         tolerance: [{', '.join(tiers)}]}}"]
    rubric = course.load("\n".join(lines))
    written = [check for checks in questions for check in checks]
    assert rubric.points == sum(Fraction(top, bottom) for top, bottom, _, _ in written)
    for check, (_, _, powers, examples) in zip(rubric.checks, written, strict=True):
        assert check.examples == examples
        assert [tier.rtol for tier in check.tolerance.tiers] == [float(f"1e-{power}") for power in powers]


yaml_text = st.text(st.sampled_from("abn019 .-:[]{}#&*!|>'\"%@`,?\n\t~/eE_é\x00"), max_size=60)


@slow_files
@given(text=st.one_of(yaml_text, st.text(max_size=40)), at=st.integers(0, len(RUBRIC)), whole=st.booleans())
def test_any_text_loads_or_is_refused(course: Course, text: str, at: int, whole: bool) -> None:
    """Whatever stands in the file, the only error is RubricError, each fault with a line."""
    mixed = (text if whole else RUBRIC[:at] + text + RUBRIC[at:]).encode("utf-8", "surrogatepass")
    course.yaml.write_bytes(mixed)
    assert all(fault.line >= 1 and fault.message for fault in outcome(course))


def outcome(course: Course) -> tuple[Fault, ...]:
    """The faults of what stands in the course, none if it loads."""
    try:
        load(course.yaml)
    except RubricError as error:
        return error.faults
    return ()


@slow_files
@given(content=st.binary(max_size=40))
def test_any_bytes_are_refused(course: Course, content: bytes) -> None:
    """Forty bytes are no rubric, and nothing but RubricError says so."""
    assert course.faults(content)


def test_reading_rubrics_loads_no_arrays() -> None:
    """The command starts fast: neither numpy nor torch comes in with the rubric."""
    code = "import sys, grader.rubric; sys.exit(bool({'numpy', 'torch', 'scipy', 'hypothesis'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
