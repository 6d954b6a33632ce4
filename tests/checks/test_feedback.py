"""What is told is what was judged: the claim that fails, its call, its values, and how many of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.checks.runner import CheckRunner
from grader.model.outcome import Value
from grader.model.tolerance import Tier, Tolerance

TWO = """
from hypothesis import given, strategies as st
import numpy as np

@given(x=st.floats(1, 9).map(lambda v: round(v, 2)))
def two(student, expect, x):
    "`a` is x and `b` is 2x."
    expect.close(student.m.a(x), x, why="first")
    expect.close(student.m.b(x), 2 * x, why="second")

@given(n=st.integers(10, 12))
def many(student, expect, n):
    "`c` counts."
    expect.close(student.m.c(n), np.arange(1.0, n + 1.0))
"""
REFERENCE = """
import numpy as np
def a(x): return x
def b(x): return 2 * x
def c(n): return np.arange(1.0, n + 1.0)
"""


def rubric(tolerance, extra="", check="two"):
    return f"      - check: {check}\n        points: 4\n        examples: 10\n        tolerance: {tolerance}\n{extra}"


LOOSE = "{rtol: 1.0e-3, atol: 1.0e-3}"
TIERED = "[{rtol: 1.0e-9, atol: 1.0e-9}, {rtol: 1.0e-3, atol: 1.0e-3, credit: 0.5}]"


@pytest.mark.parametrize(
    ("tolerance", "extra", "a", "b", "told"),
    [
        (LOOSE, "", "x + 1e-6", "3 * x", "second"),
        (LOOSE, "", "x + 1", "2 * x", "first"),
        (TIERED, "", "x + 1e-6", "3 * x", "second"),
        (TIERED, "", "x + 1e-6", "2 * x", "first"),
        (LOOSE, "        measure: relative_norm\n", "x + 1e-6", "3 * x", "second"),
        ("{rtol: 4, atol: 0}", "        measure: ulp\n", "np.nextafter(x, 9e9)", "3 * x", "second"),
        (LOOSE, "", "x + 1e-6", "float('nan')", "second"),
    ],
)
def test_the_claim_that_fails_is_shown(assignment_of, verdict_on, tolerance, extra, a, b, told):
    """Never one that holds: by tolerance, measure, tier, and NaN beside numbers."""
    check = assignment_of(rubric(tolerance, extra), TWO, REFERENCE).checks["two"]
    found = verdict_on(check, f"import numpy as np\ndef a(x): return {a}\ndef b(x): return {b}\n")
    assert f"({told})" in found.feedback
    assert found.counterexample.call.startswith("m.a(" if told == "first" else "m.b(")
    assert found.counterexample.differing == (0,)


@pytest.mark.parametrize(
    ("tolerance", "body", "status", "differing"),
    [
        (LOOSE, "c.astype(np.float32).astype(float) + 5 * (np.arange(n) == 4)", "failed", (4,)),
        (TIERED, "c + 1e-6 * (np.arange(n) > 7)", "partial", (8, 9)),
        (TIERED, "c + 1e-6 + 5 * (np.arange(n) == 4)", "failed", (4,)),
    ],
)
def test_values_that_differ_are_counted_by_the_checks_own_tolerance(
    assignment_of, verdict_on, tolerance, body, status, differing
):
    """By the tier that was lost; the picture marks the very same."""
    check = assignment_of(rubric(tolerance, check="many"), TWO, REFERENCE).checks["many"]
    found = verdict_on(check, f"import numpy as np\ndef c(n):\n    c = np.arange(1.0, n + 1.0)\n    return {body}\n")
    assert found.status == status
    assert f"{len(differing)} of 10 values differ" in found.feedback
    assert found.counterexample.differing == differing


def test_a_check_with_another_tolerance_judges_anew(assignment_of, verdict_on):
    """What was found with one tolerance is not answered with another."""
    check = assignment_of(rubric(LOOSE), TWO, REFERENCE).checks["two"]
    source = "def a(x): return x + 1\ndef b(x): return 2 * x\n"
    assert verdict_on(check, source).status == "failed"
    generous = Tolerance((Tier(1e9, 0.0),))
    from grader.checks.comparison import ExpectedBatch

    loose = replace(
        check, spec=replace(check.spec, tolerance=generous), sheet=ExpectedBatch(check.plan.claims, generous)
    )
    assert verdict_on(loose, source).status == "passed"


WAYS = """
from hypothesis import given, strategies as st

@given(x=st.integers(0, 14))
def ways(student, expect, x):
    "`f` is the identity."
    expect.close(student.m.f(float(x)), x)
"""
ONE = "      - check: ways\n        points: 4\n        examples: 15\n"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "raise KeyError('a') if x > 4 else ValueError('b')",
            ["KeyError: 'a'", "other inputs: m.py, line 2, in f: ValueError: b."],
        ),
        ("return {}[x] if x < 2 else x + 1", ["`f` is the identity.", "Differs on", "m.py, line 2, in f: KeyError"]),
        ("return x + 1 if x < 2 else {}[x]", ["KeyError", "a wrong value."]),
        ("print(x)", ["It printed 0.0 and returned nothing: write `return` where it prints."]),
        ("return str(x / 3e9)", ["Differs on all ", "Returned the text '", "not a text made of them."]),
        ("pass", ["Returned None, expected numbers. For this input it comes to no `return`, or"]),
        ("raise NotImplementedError", ["Not written yet: f in m.py, line 2."]),
        (
            "if x > 4: raise NotImplementedError('above 4')\n    return x",
            ["m.py, line 2, in f: NotImplementedError: above 4", "This happens on "],
        ),
        ("return x + (1e-5 if x else 0)", ["Got ", ".00001, expected "]),
    ],
)
def test_one_cause_is_told_as_one(assignment_of, verdict_on, body, told):
    """The commonest first, with its own example and count; what else happens in a line of its own."""
    check = assignment_of(ONE, WAYS, "def f(x): return x\n").checks["ways"]
    found = verdict_on(check, f"def f(x):\n    {body}\n")
    assert [part for part in told if part not in found.feedback] == [], found.feedback
    assert "all 15 inputs" not in found.feedback or "other input" not in found.feedback


BOTH = """
from hypothesis import given, strategies as st

@given(x=st.integers(0, 9))
def both(student, expect, x):
    expect.close(student.m.f(x) + student.m.g(x), 2 * x)
"""


@pytest.mark.parametrize(
    ("f", "g", "status"),
    [
        ("return x", "raise NotImplementedError", "missing"),
        ("return x / 0", "raise NotImplementedError", "error"),
        ("raise NotImplementedError", "raise NotImplementedError", "missing"),
        ("raise NotImplementedError", "return x", "missing"),
    ],
)
def test_what_is_written_in_part_is_run(assignment_of, verdict_on, f, g, status):
    """Of two functions, what the one that is written does wrong is told."""
    rubric = "      - check: both\n        points: 1\n        examples: 5\n"
    check = assignment_of(rubric, BOTH, "def f(x): return x\ndef g(x): return x\n").checks["both"]
    found = verdict_on(check, f"def f(x):\n    {f}\ndef g(x):\n    {g}\n")
    assert (found.status, found.failed_examples) == (status, len(check.cases))
    assert ("Not written yet: " in found.feedback) == (status == "missing")


SHELF = """
def shelf(student, expect):
    shelf = student.m.Shelf.of(["a"])
    shelf.put("b")
    expect.equal(len(shelf), 2)
"""
WHOLE = {
    "__init__": "def __init__(self): self.held = []",
    "of": "@classmethod\n    def of(cls, held): shelf = cls(); shelf.held += held; return shelf",
    "put": "def put(self, one): self.held.append(one)",
    "__len__": "def __len__(self): return len(self.held)",
}


@pytest.mark.parametrize(
    ("method", "told"),
    [("__init__", "Shelf"), ("of", "Shelf.of"), ("put", "Shelf.put"), ("__len__", "Shelf.__len__")],
)
def test_a_method_that_is_not_written_is_named_with_its_class(assignment_of, verdict_on, method, told):
    """Of what makes an object, the class is."""
    model = "class Shelf:\n" + "".join(f"    {body}\n" for body in WHOLE.values())
    stubs = {name: body.rpartition("): ")[0] + "): raise NotImplementedError" for name, body in WHOLE.items()}
    begun = "class Shelf:\n" + "".join(f"    {body}\n" for body in {**WHOLE, method: stubs[method]}.values())
    check = assignment_of("      - {check: shelf, points: 1}\n", SHELF, model).checks["shelf"]
    found = verdict_on(check, begun)
    assert (found.status, found.feedback.partition(" in ")[0]) == ("missing", f"Not written yet: {told}")


ROUNDED = """
from hypothesis import given, strategies as st

@given(x=st.integers(5, 40))
def rounded(student, expect, x):
    expect.close(student.m.part(x), x / 4)
    expect.equal(student.m.whole(x), x // 4)
    expect.true(student.m.part(x) >= student.m.part(x - 1), "more is no less")
"""


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        ("x // 4", "x // 4", "Is it rounded down, by `//`"),
        ("float(x // 4)", "x // 4", "Is it rounded down, by `//`"),
        ("x / 4", "x / 4", "Should it be rounded down, as `//` divides?"),
        ("x // 2", "x // 4", ""),
        ("x / 4", "x / 2", ""),
        ("x // 100", "x // 4", ""),
    ],
)
def test_what_may_be_rounded_is_asked_for(assignment_of, verdict_on, part, whole, told):
    """Asked for, where one side is the other rounded down; 0 for a fraction is no such evidence."""
    rubric = "      - check: rounded\n        points: 1\n        examples: 20\n"
    reference = "def part(x): return x / 4\ndef whole(x): return x // 4\n"
    check = assignment_of(rubric, ROUNDED, reference).checks["rounded"]
    found = verdict_on(check, f"def part(x): return {part}\ndef whole(x): return {whole}\n")
    assert found.status == "failed"
    assert told in found.feedback
    assert ("rounded down" in found.feedback) == bool(told)


FACT = """
from hypothesis import given, strategies as st

@given(x=st.integers(5, 40))
def grows(student, expect, x):
    "It grows."
    expect.true(student.m.f(x) > student.m.f(x - 1), "more gives more")
"""


def test_a_fact_is_not_told_as_if_it_held(assignment_of, verdict_on):
    """What should hold and does not."""
    rubric = "      - check: grows\n        points: 1\n        examples: 20\n"
    check = assignment_of(rubric, FACT, "def f(x): return x\n").checks["grows"]
    assert "\nThis should hold: more gives more." in verdict_on(check, "def f(x): return -x\n").feedback


LINEAR = """
from hypothesis import given, strategies as st

@given(x=st.integers(1, 9), weight=st.integers(1, 9), bias=st.integers(-9, 9))
def linear(student, expect, x, weight, bias):
    expect.close(student.m.linear(x, weight, bias), x / weight + bias)
"""


@pytest.mark.parametrize(
    ("student", "told"),
    [
        ("def linear(weight, x, bias):\n    return x / weight + bias\n", "linear takes (weight, x, bias) and"),
        (
            "def linear(bias, x, weight, more=0):\n    return x / weight + bias\n",
            "is called with (x, weight, bias): with",
        ),
        ("def linear(weight, x, bias):\n    return x / [weight][bias] + bias\n", ""),
        ("def linear(weight, x, bias):\n    return x / weight - bias\n", ""),
        ("def linear(x, weight, bias):\n    return weight / x + bias\n", ""),
        ("def linear(w, x, bias):\n    return x / w + bias\n", ""),
        ("def linear(*given):\n    return 0.5\n", ""),
    ],
)
def test_parameters_in_another_order_are_told(assignment_of, verdict_on, student, told):
    """Where the names are the model answer's, and all would be right in that order."""
    rubric = "      - check: linear\n        points: 1\n        examples: 20\n        hint: Think.\n"
    reference = "def linear(x, weight, bias):\n    return x / weight + bias\n"
    found = verdict_on(assignment_of(rubric, LINEAR, reference).checks["linear"], student)
    assert found.status in ("failed", "error")
    assert told in found.feedback
    assert ("with its parameters in that order it is right." in found.feedback) == bool(told)
    assert not told or "Hint: Think." not in found.feedback


def test_code_that_is_no_python_is_shown(assignment_of, verdict_on):
    """The line and the place in it, once, as Python shows them."""
    check = assignment_of(ONE, WAYS, "def f(x): return x\n").checks["ways"]
    found = verdict_on(check, "def f(x):\n    return x\nx = (1 +\n")
    assert found.feedback == "m.py, line 3: SyntaxError: '(' was never closed\n    x = (1 +\n        ^"


MEMORY = "_seen = []\ndef f(x):\n    _seen.append(x)\n    return _seen[0] if len(_seen) > 1 else x\n"


def test_a_function_with_a_memory_is_told_of_it(assignment_of, verdict_on):
    """What is right by itself is not to be pasted as if it were wrong."""
    check = assignment_of(ONE, WAYS, "def f(x): return x\n").checks["ways"]
    found = verdict_on(check, MEMORY)
    assert found.status == "failed"
    assert "keeps something from one call to the next" in found.feedback
    *before, last = found.counterexample.call.splitlines()
    assert before
    assert all(call != last for call in before)


def test_what_never_differs_again_is_nobodys_fault(assignment_of, verdict_on, monkeypatch):
    """Where the whole check passes when it is tried again, it is graded again, and costs nothing."""
    check = assignment_of(ONE, WAYS, "def f(x): return x\n").checks["ways"]
    tried = []

    def once_wrong(runner, *rest):
        found = run(runner, *rest)
        tried.append(found)
        if len(tried) == 1:
            found = replace(found, marks=replace(found.marks, tier=found.marks.tier.copy()))
            found.marks.tier[0] = 1
        return found

    run = CheckRunner.run
    monkeypatch.setattr(CheckRunner, "run", once_wrong)
    check.judged.clear()
    found = verdict_on(check, "def f(x): return x\n")
    check.judged.clear()
    assert found.status == "ungraded" and "not your doing" in found.feedback


def test_who_answers_otherwise_the_second_time_is_told_so(assignment_of, verdict_on, monkeypatch):
    """It is nobody's fault but the function's that what failed does not fail again."""
    check = assignment_of(ONE, WAYS, "def f(x): return x\n").checks["ways"]
    tried = []

    def once_otherwise(runner, *rest):
        found = run(runner, *rest)
        tried.append(found)
        if len(tried) == 1:
            found = replace(found, marks=replace(found.marks, tier=found.marks.tier.copy()))
            found = replace(found, replies=[Value(0.25) for _ in found.replies])
            found.marks.tier[0] = 1
        return found

    run = CheckRunner.run
    monkeypatch.setattr(CheckRunner, "run", once_otherwise)
    check.judged.clear()
    found = verdict_on(check, "def f(x): return x\n")
    check.judged.clear()
    assert found.status == "ungraded" and "another value each time" in found.feedback
    assert "not your doing" not in found.feedback


COINCIDENCE = """
from hypothesis import given, strategies as st

@given(x=st.integers(2, 40))
def half(student, expect, x):
    expect.close(student.m.half(x), x / 4)
"""


@pytest.mark.parametrize("looks", [False, True])
@pytest.mark.parametrize(
    ("half", "is_asked"), [("1", False), ("x // 4 if x < 9 else x", False), ("x // 4", True), ("float(x // 4)", True)]
)
def test_rounding_is_no_guess_from_one_number(assignment_of, verdict_on, half, is_asked, looks):
    """The smallest input may fit by chance; so all that differs has to, whoever else came with the same replies."""
    body = (
        COINCIDENCE.replace("expect.close(student.m.half(x), ", "y = student.m.half(x) + 0\n    expect.close(y, ")
        if looks
        else COINCIDENCE
    )
    check = assignment_of("      - {check: half, points: 1}\n", body, "def half(x): return x / 4\n").checks["half"]
    first, second = (verdict_on(check, f"def half(x): return {half}\n").feedback for _ in range(2))
    assert first == second
    assert ("rounded down" in first) == is_asked
