"""What slips an author of checks is told with place, expected and got, and what to write instead."""

from __future__ import annotations

import re

import pytest

from grader.assignment import load_assignment
from grader.errors import RubricError
from tests.checks.small import write_course

REFERENCE = "def f(x): return 2 * np.asarray(x, float)\ndef pair(x): return x, {}\ndef none(x): return None\n"
FLOATS = "@given(x=st.floats(0, 1))"
RIGHT = "expect.close(student.m.f(x), 2 * x)"
# By name: what stands above the check, its arguments, its body; what is told.
SLIPS = {
    "default": ("", "student, expect, x=st.floats(0, 1)", RIGHT, r"x has a strategy as default.*`@given\(x=floats"),
    "undrawn": ("", "student, expect, x", RIGHT, r"asks for x, which nothing gives: it gets student,.*`@given\(x=…\)`"),
    "half_drawn": (FLOATS, "student, expect, x, y", RIGHT, "asks for y, which nothing gives"),
    "misnamed": (FLOATS, "students, expect, x", RIGHT, "did you mean student?"),
    "bare": ("@given", "student, expect, x", RIGHT, "`@given` stands without what it draws"),
    "by_place": ("@given(st.floats(0, 1))", "x, student, expect", RIGHT, "draws its expect.*write `@given"),
    "value": ("@given(x=3.0)", "student, expect, x", RIGHT, r"got x=3.0.*st.just\(3.0\)"),
    "uncalled": ("@given(x=st.floats)", "student, expect, x", RIGHT, r"call what makes the strategy, as in `st.floats\(\)`"),
    "unknown": ("@given(x=st.floats(0, 1), z=st.none())", "student, expect, x", RIGHT, "unexpected keyword argument 'z'"),
    "nothing": ("@given(x=st.floats(0, 1).filter(lambda x: x > 2))", "student, expect, x", RIGHT, "no input meets"),
    "returns": (FLOATS, "student, expect, x", "return student.m.f(x) == 2 * x", "no claim.*expect.true"),
    "asserts": (FLOATS, "student, expect, x", "assert student.m.f(x) == 3 * x + 1", "LINE; write expect.true"),
    "assumes": (FLOATS, "student, expect, x", "__import__('hypothesis').assume(x > 2)", "LINE; inputs are drawn before"),
    "draws": ("@given(x=st.data())", "student, expect, x", "x.draw(st.none())", "LINE; .*write a function with @st.composite"),
    "strategy": ("", "student, expect", "expect.close(student.m.f(st.none()), 2)", "drawn from by `@given.*LINE"),
    "tolerates": (FLOATS, "student, expect, x", RIGHT[:-1] + ", rtol=1)", "LINE; .*rtol stands in the rubric's YAML"),
    "unsaid": (FLOATS, "student, expect, x", "expect.true(True)", r"LINE; write expect.true\(condition, why\)"),
    "clause": (FLOATS, "student, expect, x", RIGHT[:-1] + ", 'why')", r"LINE; write expect.close\(actual, expected, scale=…, why=…\)"),
    "allclose": (FLOATS, "student, expect, x", "expect.allclose(1, 1)", "LINE; did you mean expect.close"),
    "calls": (FLOATS, "student, expect, x", "expect(True)", "LINE; write expect.true"),
    "function": (FLOATS, "student, expect, x", "expect.close(student.f(x), x)", r"f is in m.py: write student.m.f.*LINE"),
    "module": (FLOATS, "student, expect, x", "expect.close(student.mm.f(x), x)", "did you mean m.*LINE"),
    "typo": (FLOATS, "student, expect, x", "expect.close(student.m.pairs(x), x)", "did you mean pair.*LINE"),
    "named": (FLOATS, "student, expect, x", "expect.close(student.m.f(y=x), x)", "unexpected keyword argument 'y'.*LINE"),
    "unpacks": (FLOATS, "student, expect, x", "a, b, c = student.m.pair(x)", "expected 3 values, LINE"),
    "identity": ("", "student, expect", "expect.true(student.m.none(1) is None, 'it is None')", "does not hold that it is None.*expect.equal.*LINE"),
    "changes": ("@given(x=st.just(np.ones(2)))", "student, expect, x", "x += 1", r"LINE; .*x.copy\(\)"),
    "subclass": ("", "student, expect", "expect.true(issubclass(student.m.f, object), 'x')", "LINE; .*a class of the submission's"),
    "imports": ("", "student, expect", "import m", "LINE; the model answer is `reference.m`"),
    "joins": ("", "student, expect", "'-'.join([student.m.none(1)])", r"Reply found, LINE; .*write str\(…\), int\(…\)"),
    "opens": ("", "student, expect", "open('x.csv')", "LINE; .*Path\\(__file__\\).parent"),
    "second": (FLOATS, "student, expect, x", RIGHT + "\n    expect.close(student.m.f(x), 3 * x + 1)", "expected .*times the tolerance, LINE"),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is said of each check of a course that has all of them, and where its last line stands."""
    checks = "".join(
        f"{above}\ndef {name}({arguments}):\n    'It holds.'\n    {body}\n\n"
        for name, (above, arguments, body, _) in SLIPS.items()
    )
    course = write_course(tmp_path_factory.mktemp("slips"), checks, REFERENCE)
    rubric = course.rubric("small")
    entries = [line for line in rubric.read_text().splitlines() if "- {check: bare," in line]
    text = rubric.read_text()
    for name in SLIPS:
        if f"check: {name}," not in text:
            text += entries[0].replace("bare", name) + "\n"
    rubric.write_text(text)
    lines = rubric.with_suffix(".py").read_text().splitlines()
    last = {}
    for number, line in enumerate(lines, start=1):
        name = line[4:].partition("(")[0] if line.startswith("def ") else name if number > 1 else ""
        last |= {name: number} if line.startswith("    ") else {}
    with pytest.raises(RubricError) as refused:
        load_assignment(course, "small")
    return {fault.path.removeprefix("check "): (fault.message, last) for fault in refused.value.faults}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_a_way_out(told, name):
    """By the check, with the line where it is one of the check's own."""
    said, last = told[name]
    assert re.search(SLIPS[name][3].replace("LINE", f"at .*small.py:{last[name]}"), said), said
    assert "lambda **drawn" not in said
