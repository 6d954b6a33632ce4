"""Every fault of a rubric has its line, its place and one way out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from demo_course import RUBRIC, Change, Course

from grader.errors import RubricError
from grader.rubric.loading import load

LINEAR, SHIFTS, BCE, TOTAL = (f"questions[{i}].checks[{j}]" for i in (0, 1) for j in (0, 1))
TIER, GIVEN = f"{LINEAR}.tolerance[1]", f"{BCE}.given"

# what stands in the right rubric, what replaces it, the line of the one fault, its path, a part of its message
ONE_FAULT = [
    ("points: 8", "pionts: 8", 11, f"{LINEAR}.pionts", "got 'pionts'; did you mean 'points'?"),
    ("modules:", "moduls:", 4, "moduls", "did you mean 'modules'?"),
    ("call_wall_s: 2", "call_wal_s: 2", 5, "limits.call_wal_s", "did you mean 'call_wall_s'?"),
    (", credit: 0.5", ", credt: 0.5, credit: 0.5", 14, f"{TIER}.credt", "'credit'?"),
    ("title: Losses", "title: Losses\n    titel: x", 20, "questions[1].titel", "did you mean 'title'?"),
    ("points: 8", "points: 8\n        points: 9", 12, "", "got 'points' again (first on line 11)"),
    ("points: 8", "points: 0", 11, f"{LINEAR}.points", "above 0 up to 100000, such as 1, 0.5 or 1/3, got 0 (int)"),
    ("points: 8", "points: -1.5", 11, f"{LINEAR}.points", "got -1.5 (float)"),
    ("points: 8", "points: 1/0", 11, f"{LINEAR}.points", "got '1/0' (str)"),
    ("points: 8", "points: 1e999999999", 11, f"{LINEAR}.points", "got '1e999999999' (str)"),
    ("points: 8", "points: lots", 11, f"{LINEAR}.points", "got 'lots' (str)"),
    ("points: 8", "points:", 11, f"{LINEAR}.points", "got nothing"),
    ("points: 8", "points: .nan", 11, f"{LINEAR}.points", "got nan (float)"),
    ("points: 8", "points: no", 11, f"{LINEAR}.points", "got 'no' (str)"),
    ("points: 8", "points: 010", 11, f"{LINEAR}.points", "leading zero as octal: write 10"),
    ("points: 8", "points: 1:30", 11, f"{LINEAR}.points", "colons as base 60: write the number out"),
    ("        points: 8\n", "", 10, f"{LINEAR}.points", "expected this key, got nothing; add it"),
    ("points: 8", "points: 8\n        examples: 010", 12, f"{LINEAR}.examples", "octal: write 10"),
    ("points: 8", "points: 8\n        examples: 2.5", 12, f"{LINEAR}.examples", "a whole number from 1"),
    ("points: 8", "points: 8\n        examples: 0", 12, f"{LINEAR}.examples", "got 0 (int)"),
    ("points: 8", "points: 8\n        examples: '5'", 12, f"{LINEAR}.examples", "got '5' (str)"),
    ("credit: 0.5", "credit: 1.5", 14, f"{TIER}.credit", "from 0 up to 1, "),
    ("credit: 0.5", "credit: -0.5", 14, f"{TIER}.credit", "got -0.5 (float)"),
    ("credit: 0.5", "credit: 1", 14, f"{TIER}.credit", "below 1, that of the tier before, got 1"),
    (", credit: 0.5", "", 14, f"{TIER}.credit", "got nothing; write such as credit: 0.5"),
    ("1.0e-3", "1e-7", 14, f"{TIER}.rtol", "rtol of at least 1e-06, that of the tier before"),
    ("1.0e-5", "1e-10", 14, f"{TIER}.atol", "atol of at least 1e-09"),
    ("1.0e-3, atol: 1.0e-5", "1e-6, atol: 1e-9", 14, TIER, "got the same; widen"),
    ("1.0e-3", "-1e-3", 14, f"{TIER}.rtol", "a finite number from 0, got -0.001"),
    ("1.0e-3", ".nan", 14, f"{TIER}.rtol", "got nan (float)"),
    ("1.0e-3", ".inf", 14, f"{TIER}.rtol", "got inf (float)"),
    ("1.0e-3", "1e999", 14, f"{TIER}.rtol", "got inf (float)"),
    ("rtol: 1.0e-3, ", "", 14, f"{TIER}.rtol", "expected this key"),
    ("call_wall_s: 2", "call_wall_s: yes", 5, "limits.call_wall_s", "got 'yes' (str)"),
    ("memory_mib: 512", "memory_mib: 1", 5, "limits.memory_mib", "from 64 to 1048576, got 1 (int)"),
    ("points: 8", "points: 8\n        equal_nan: yes", 12, f"{LINEAR}.equal_nan", "true or false, got 'yes'"),
    ("points: 8", "points: 8\n        equal_nan: 1", 12, f"{LINEAR}.equal_nan", "true or false, got 1 (int)"),
    ("points: 8", "points: 8\n        measure: ulps", 12, f"{LINEAR}.measure", "did you mean 'ulp'?"),
    ("points: 8", "points: 8\n        visibility: hiden", 12, f"{LINEAR}.visibility", "mean 'hidden'?"),
    ("points: 8", "points: 8\n        visibility: [x]", 12, f"{LINEAR}.visibility", "got a list"),
    ("points: 8", "points: 8\n        given: {x: x}", 12, f"{LINEAR}.given", "got it beside check"),
    ("kind: number", "kind: nubmer", 25, f"{TOTAL}.kind", "did you mean 'number'?"),
    ("value: 61706", "valu: 61706", 28, f"{TOTAL}.valu", "got 'valu'; did you mean 'value'?"),
    ("        value: 61706\n", "", 24, f"{TOTAL}.value", "expected this key"),
    ("question: 1", "question: one", 27, f"{TOTAL}.question", "expected a whole number, got 'one' (str)"),
    ("question: 1", "question: 010", 27, f"{TOTAL}.question", "octal: write 10"),
    ("value: 61706", "value: 1\n        equal_nan: true", 29, f"{TOTAL}.equal_nan", "no equal_nan in a check of kind number"),
    ("value: 61706", "value: 1\n        examples: 5", 29, f"{TOTAL}.examples", "which does not use it; delete it"),
    ("value: 61706", "value: 1\n        forbids: [torch.sum]", 29, f"{TOTAL}.forbids", "no forbids in a check of kind"),
    ("value: 61706", "value: [1]", 28, f"{TOTAL}.value", "expected a number or text, got a list"),
    ("value: 61706", "value: 1\n        unit: nat", 29, f"{TOTAL}.unit", "one of nats, bits, got 'nat' (str)"),
    ("value: 61706", "value: 1\n        label: [no, 2]", 29, f"{TOTAL}.label[1]", "got 2 (int); put it in quotes"),
    ("check: conv_shifts", "check: conv_is_linear\n        id: q#", 16, f"{SHIFTS}.id", "a name of letters"),
    ("requires: [conv_is_linear]", "requires: conv_is_linear", 17, f"{SHIFTS}.requires", "expected a list"),
    ("[conv_is_linear]", "[conv_is_liner]", 17, f"{SHIFTS}.requires[0]", "did you mean 'conv_is_linear'?"),
    ("[conv_is_linear]", "[conv_shifts]", 17, f"{SHIFTS}.requires[0]", "a check cannot require itself"),
    ("check: conv_is_linear", "check: conv_is_linear\n        requires: [conv_shifts]", 18,
     f"{SHIFTS}.requires[0]", "conv_shifts → conv_is_linear → conv_shifts"),
    ("losses.bce", "losses.bec", 21, f"{BCE}.matches_reference", "did you mean 'bce'?"),
    ("losses.bce", "loses.bce", 21, f"{BCE}.matches_reference", "did you mean 'losses'?"),
    ("losses.bce", "bce", 21, f"{BCE}.matches_reference", "module.function of the reference"),
    ("y_hat: prob", "yhat: prob", 22, f"{GIVEN}.yhat", "did you mean 'y_hat'?"),
    ("y_hat: probabilities, ", "", 22, GIVEN, "got none for y_hat"),
    ("probabilities", "probabilites", 22, f"{GIVEN}.y_hat", "did you mean 'probabilities'?"),
    ("probabilities", "0.1..1", 22, f"{GIVEN}.y_hat", "a strategy's name or an array spec"),
    ("probabilities", "[1]", 22, f"{GIVEN}.y_hat", "got a list"),
    ("probabilities", "{n: 1..5, elements: 0..1}", 22, f"{GIVEN}.y.n", "one declaration of n"),
    ("probabilities", "{}", 22, f"{GIVEN}.y_hat", "expected elements, or a shape"),
    ("n: 1..20", "n: 20..1", 22, f"{GIVEN}.y.n", "got '20..1' (str)"),
    ("n: 1..20", "n: 1.5..2", 22, f"{GIVEN}.y.n", "a range of sizes"),
    ("n: 1..20", "m: 1..20", 22, f"{GIVEN}.y.shape[0]", "got 'n' (str); write an int, or declare"),
    ("n: 1..20", "n: 1..20, m: 1..2", 22, f"{GIVEN}.y.m", "m is in no shape"),
    ("n: 1..20", "n: 1..2000000", 22, f"{GIVEN}.y", "at most 1000000 elements"),
    ("elements: 0..1", "elements: 1..0", 22, f"{GIVEN}.y.elements", "got '1..0' (str)"),
    ("elements: 0..1", "elements: a..1", 22, f"{GIVEN}.y.elements", "a range of numbers"),
    ("shape: [n]", "shape: n", 22, f"{GIVEN}.y.shape", "expected a list of sizes"),
    ("check: conv_shifts", "check: conv_shift", 15, f"{SHIFTS}.check", "did you mean 'conv_shifts'?"),
    ("check: conv_shifts", "id: conv", 15, SHIFTS, "exactly one of check and matches_reference, got neither"),
    ('points: "1/3"', 'points: 1\n        check: conv_shifts\n        id: b', 21, BCE, "got both"),
    ('points: "1/3"', "points: 1\n        kind: number", 21, f"{BCE}.matches_reference", "got matches_reference"),
    ("id: q2", "id: q1", 18, "questions[1].id", "each question id once, got 'q1' again (first on line 7)"),
    ("id: q2", "id: 2q", 18, "questions[1].id", "begins with a letter, got '2q' (str)"),
    ("handout: demo.md", "handout: dmeo.md", 3, "handout", "a file beside the rubric, got 'dmeo.md'"),
    ("handout: demo.md", "handout: ../x.md", 3, "handout", "the name of a file, without folders"),
    ("assignment: demo", "assignment: dmeo", 1, "assignment", "expected demo, the file's name"),
    ("modules: [numpy, torch]", "modules: [numpy, 2x]", 4, "modules[1]", "the name of a module, got '2x'"),
    ("modules: [numpy, torch]", "seed: 1:30", 4, "seed", "base 60"),
    ("modules: [numpy, torch]", "seed: -1", 4, "seed", "a whole number from 0"),
    ("title: Losses", 'title: "\\0"', 19, "questions[1].title", "expected a text"),
    ("title: Losses", "title: [a]", 19, "questions[1].title", "got a list"),
    ("title: Losses", "title: !!str a", 19, "", "no explicit tag, got 'tag:yaml.org,2002:str'"),
    ("points: 8", "points: !!python/object:os.system 8", 11, "", "no explicit tag, got 'tag:yaml.org,2002:python"),
    ("title: Losses", "title: *nowhere", 19, "", "an anchor `&nowhere` that ends above, got none"),
    ("title: Losses", "title: &a [*a]", 19, "", "an anchor `&a` that ends above"),
    ("title: Losses", "title: Losses: all", 19, "", "YAML stops here: mapping values are not allowed"),
    ("    title: Losses", "\ttitle: Losses", 19, "", "expected spaces, got a tab"),
    ("title: Losses", "title: Losses\n---\na: b", 20, "", "one document, got a second `---`"),
    ("modules: [numpy, torch]", "modules: [numpy", 5, "", "a flow sequence that begins on line 4"),
    ("modules: [numpy, torch]", "modules: " + "[" * 5000, 4, "", "at most 20 levels"),
    ("modules: [numpy, torch]", "modules: " + "{a: " * 5000, 4, "", "at most 20 levels"),
    ("title: Losses", "title: a\0b", 19, "", "expected printable text, got the control character '\\x00'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "path", "message"), ONE_FAULT)
def test_one_fault_one_message(
    course: Course, changed: Change, old: str, new: str, line: int, path: str, message: str
) -> None:
    """One slip in a right rubric gives one fault, at its line and path, with what was expected and got."""
    [fault] = course.faults(changed(old, new))
    assert (fault.file, fault.line, fault.path) == ("rubrics/demo.yaml", line, path)
    assert message in fault.message
    assert not re.search(r"!(?!!)(?!python)|please|invalid|Written|Input should", fault.message.replace("!!", ""))


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", 1, "a mapping at the top, got nothing"),
        (b"# nothing\n\n", 1, "a mapping at the top, got nothing"),
        (b"---\n", 2, "a mapping at the top, got nothing"),
        (b"- assignment: demo\n", 1, "a mapping at the top, got a list"),
        (b"demo", 1, "a mapping at the top, got 'demo' (str)"),
        (b"title: a\nseed: \xe9\n", 2, "expected UTF-8, got the byte 0xe9"),
        ("title: ä\n".encode("utf-16"), 1, "expected UTF-8, got the byte 0xff"),
        (b"a: 1\n\x07", 2, "got the control character '\\x07'"),
        (b"# " + b"x" * 10_000_000, 1, "at most 1 MB, got 10.0 MB"),
        (b"a: [" + b"x," * 60_000 + b"]", 1, "at most 50000 values"),
    ],
)
def test_what_is_no_rubric_at_all_is_told_once(course: Course, content: bytes, line: int, message: str) -> None:
    """A file that cannot be read as a mapping gives one fault, and is not read further."""
    [fault] = course.faults(content)
    assert fault.line == line
    assert message in fault.message


def test_a_billion_laughs_are_counted_not_laughed(course: Course) -> None:
    """Aliases of aliases are refused by their size once expanded, without expanding them."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    [fault] = course.faults("\n".join(lines))
    assert (fault.line, "use fewer aliases" in fault.message) == (5, True)


def test_an_absent_rubric_is_a_fault(course: Course) -> None:
    """A rubric that is not there, or is a folder, is told like any other fault."""
    for name in ("rubrics/none.yaml", "rubrics"):
        with pytest.raises(RubricError, match=r"cannot be read \("):
            load(course.root / name)


def test_no_python_file_is_one_fault(course: Course) -> None:
    """Where two checks and a strategy need the Python file, its absence is told once."""
    course.python.unlink()
    [fault] = course.faults()
    assert (fault.line, fault.path) == (10, "questions[0].checks[0].check")
    assert "expected rubrics/demo.py, which holds this function, got no such file" in fault.message


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\ndef f(:\n", 2),
        ("x = '\0'", 1),
        ("(" * 5000, 1),
        ("a\n" + "if x:\n pass\n" + "elif x:\n pass\n" * 3000, 1),
    ],
)
def test_python_that_does_not_parse_is_told_with_its_line(course: Course, source: str, line: int) -> None:
    """A syntax error in the rubric's Python is a fault of that file, and the checks are not blamed for it."""
    course.python.write_text(source)
    found = course.faults()
    if source.startswith("a\n"):
        assert all(fault.message for fault in found)  # whether so long a chain parses depends on the interpreter
    else:
        assert [(fault.file, fault.line) for fault in found] == [("rubrics/demo.py", line)]


def test_a_reference_that_does_not_parse_is_told(course: Course) -> None:
    """A syntax error in a model answer is a fault of that file."""
    course.reference.write_text("\n\ndef bce(\n")
    [fault] = course.faults()
    assert (fault.file, fault.line) == ("reference/demo/losses.py", 3)


def test_a_star_import_hides_names(course: Course) -> None:
    """What a star import may bring is not refused."""
    course.python.write_text("from checks import *\n")
    assert course.load().checks


def test_nothing_is_run(course: Course) -> None:
    """Loading a rubric looks at Python and never runs it."""
    course.python.write_text(course.python.read_text() + "\nraise SystemExit(1)\n")
    course.reference.write_text(course.reference.read_text() + "\nraise SystemExit(1)\n")
    assert course.load().checks


def test_a_question_without_checks_is_refused(course: Course) -> None:
    """An empty list of checks, or none, is a fault of the question."""
    head = RUBRIC[: RUBRIC.index("      - matches_reference")]
    [empty] = course.faults(head.rstrip() + " []\n")
    assert (empty.line, empty.path) == (20, "questions[1].checks")
    assert "at least one of the checks, got none" in empty.message
    [absent] = course.faults(head[: head.rindex("    checks:")])
    assert (absent.line, absent.path) == (18, "questions[1].checks")


def test_the_only_check_at_fault_is_one_fault(course: Course) -> None:
    """A question whose only check is at fault has a check; nothing is said about the list."""
    [fault] = course.faults(
        "assignment: demo\ntitle: Demo\nquestions:\n  - {id: q, title: q, checks: [{check: conv_shifts, points: 0}]}\n"
    )
    assert fault.path == "questions[0].checks[0].points"


SIX = (
    RUBRIC.replace("title: Convolution and losses", "titel: Convolution and losses")
    .replace("memory_mib: 512", "memory_mib: 0")
    .replace("points: 8", "points: 010")
    .replace("credit: 0.5", "credit: 50")
    .replace("requires: [conv_is_linear]", "requires: [linear]")
    .replace("losses.bce", "losses.bec")
)
SIX_MESSAGES = """\
rubrics/demo.yaml:2: titel: expected a known key, got 'titel'; did you mean 'title'?
rubrics/demo.yaml:5: limits.memory_mib: expected a whole number from 64 to 1048576, got 0 (int)
rubrics/demo.yaml:11: questions[0].checks[0].points: expected a number above 0 up to 100000, such as 1, 0.5 or 1/3, \
got '010' (str); YAML may read a leading zero as octal: write 10, or quote it if it is text
rubrics/demo.yaml:14: questions[0].checks[0].tolerance[1].credit: expected a number from 0 up to 1, \
such as 1, 0.5 or 1/3, got 50 (int)
rubrics/demo.yaml:17: questions[0].checks[1].requires[0]: expected the id of a check, got 'linear' (str); \
did you mean 'conv_is_linear'?
rubrics/demo.yaml:21: questions[1].checks[0].matches_reference: expected a function of reference/demo/losses.py, \
got 'bec' (str); did you mean 'bce'?"""


def test_six_faults_six_messages(course: Course) -> None:
    """Six faults of different kinds are told at once, in the order of their lines, in these words."""
    course.yaml.write_text(SIX)
    with pytest.raises(RubricError) as caught:
        load(Path("rubrics/demo.yaml"))
    assert str(caught.value) == SIX_MESSAGES
