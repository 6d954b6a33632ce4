"""What no float is, fractions, decimals and integers of many digits, is equal as Python has it, and close as ever."""

from __future__ import annotations

import pytest

from grader.checks.plan.packing import pack, unpack

CHECKS = """
from decimal import Decimal
from fractions import Fraction
from hypothesis import given, strategies as st
import numpy as np

@given(n=st.integers(20, 40))
def equal(student, expect, reference, n):
    "Exactly."
    expect.equal(student.m.f(n), reference.m.f(n))

@given(n=st.integers(20, 40))
def close(student, expect, reference, n):
    "Nearly."
    expect.close(student.m.f(n), reference.m.f(n))

@given(n=st.integers(20, 40))
def fact(student, expect, reference, n):
    "As a condition says."
    expect.true(student.m.f(n) == reference.m.f(n), "it is that")
"""
IMPORTS = "import math\nimport numpy as np\nfrom decimal import Decimal\nfrom fractions import Fraction\n"
# What the model answer returns; what is equal to it; what is near it alone.
NUMBERS = {
    "a fraction": ("Fraction(n, 3 ** n)", ["Fraction(2 * n, 2 * 3 ** n)"], ["n / 3 ** n", "Fraction(n, 3 ** n) + Fraction(1, 10 ** 40)", "Decimal(n) / 3 ** n"]),
    "a decimal": ("Decimal(3 * n + 1) / 1000", ["Fraction(3 * n + 1, 1000)", "Decimal(f'{3 * n + 1}.000') / 1000"], ["(3 * n + 1) / 1000", "Decimal((3 * n + 1) / 1000)"]),
    "a half": ("Fraction(2 * n + 1, 2)", ["n + 0.5", "Decimal(n) + Decimal('0.5')", "np.float64(n + 0.5)"], []),
    "an integer of many digits": ("math.factorial(n) + 1", ["math.prod(range(1, n + 1)) + 1", "Fraction(math.factorial(n) + 1)"], ["math.gamma(n + 1) + 1", "math.factorial(n)", "int(math.gamma(n + 1)) + 1"]),
    "an integer of 64 bits": ("2 ** 60 + n", ["np.int64(2 ** 60 + n)", "np.array(2 ** 60 + n)", "[2 ** 60 + n]"], ["float(2 ** 60 + n)", "2 ** 60 + n + 1", "np.uint64(2 ** 60)"]),
    "a list of them": ("[2 ** 60 + k for k in range(n)]", ["np.arange(n) + 2 ** 60", "tuple(2 ** 60 + k for k in range(n))"], ["[float(2 ** 60 + k) for k in range(n)]", "np.arange(n) + 2.0 ** 60"]),
    "an array of them": ("np.arange(6, dtype=np.uint64).reshape(2, 3) * np.uint64(2 ** 60 + n)", ["[[k * (2 ** 60 + n) for k in row] for row in ((0, 1, 2), (3, 4, 5))]"], ["np.arange(6.0).reshape(2, 3) * (2 ** 60 + n)"]),
    "within other data": ("{'n': n, 'mean': [Fraction(n, 7), None]}", ["{'n': float(n), 'mean': (Fraction(n, 7), None)}"], ["{'n': n, 'mean': [n / 7, None]}"]),
    "what is too long for a float": ("Fraction(10 ** 400 + n)", ["10 ** 400 + n"], []),
}  # fmt: skip
ONE_NUMBER = ("a fraction", "a decimal", "a half", "an integer of many digits", "an integer of 64 bits")


# Those in keys and in sets, beside what a check itself writes down.
KEYED = """
from decimal import Decimal
from fractions import Fraction

def keyed(student, expect):
    "As keys."
    expect.equal(student.m.f(3), {Fraction(1, 3): Decimal("0.1"), (Decimal("0.2"), 1): {Fraction(1, 7)}})

def other(student, expect):
    "Another one."
    expect.true(student.m.f(3) != Fraction(1, 3), "it is another one")
"""


def rubric(check):
    return f"      - check: {check}\n        points: 4\n        examples: 6\n"


def verdicts(assignment, verdict_on, check, answers):
    """The statuses of these answers; of the last one also by the check as it is kept."""
    planned = assignment.checks[check]
    kept = unpack(pack(planned), planned.spec, planned.function, planned.reference)
    sources = [f"{IMPORTS}def f(n): return {answer}\n" for answer in answers]
    return {verdict_on(planned, source).status for source in sources} | {verdict_on(kept, sources[-1]).status}


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_equal_is_as_python_has_it(assignment_of, verdict_on, name):
    """However it is held; what is merely near is not equal."""
    wanted, right, wrong = NUMBERS[name]
    assignment = assignment_of(rubric("equal"), CHECKS, f"{IMPORTS}def f(n): return {wanted}\n")
    assert verdicts(assignment, verdict_on, "equal", [wanted, *right]) == {"passed"}
    assert not wrong or verdicts(assignment, verdict_on, "equal", wrong) == {"failed"}


@pytest.mark.parametrize("name", ONE_NUMBER)
def test_a_comparison_of_a_check_is_as_python_has_it(assignment_of, verdict_on, name):
    """Between what was returned and what was computed."""
    wanted, right, wrong = NUMBERS[name]
    assignment = assignment_of(rubric("fact"), CHECKS, f"{IMPORTS}def f(n): return {wanted}\n")
    assert verdicts(assignment, verdict_on, "fact", [wanted, *(one for one in right if "[" not in one)]) == {"passed"}
    assert not wrong or "passed" not in verdicts(assignment, verdict_on, "fact", wrong[:1])


@pytest.mark.parametrize("name", sorted(set(NUMBERS) - {"what is too long for a float"}))
def test_close_asks_for_no_more_than_floats(assignment_of, verdict_on, name):
    """As before: within the tolerance, whatever holds it."""
    wanted, right, wrong = NUMBERS[name]
    assignment = assignment_of(rubric("close"), CHECKS, f"{IMPORTS}def f(n): return {wanted}\n")
    assert verdicts(assignment, verdict_on, "close", [wanted, *right, *wrong[:1]]) == {"passed"}


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_close_without_a_tolerance_is_equal(assignment_of, verdict_on, name):
    """As of a function that counts, whose entry in the rubric has to name a tolerance."""
    wanted, right, wrong = NUMBERS[name]
    entry = rubric("close") + "        tolerance: {rtol: 0, atol: 0}\n"
    assignment = assignment_of(entry, CHECKS, f"{IMPORTS}def f(n): return {wanted}\n")
    assert verdicts(assignment, verdict_on, "close", [wanted, *right]) == {"passed"}
    assert not wrong or verdicts(assignment, verdict_on, "close", wrong) == {"failed"}


@pytest.mark.parametrize(
    ("check", "answer", "status"),
    [
        ("keyed", "{Fraction(1, n): Fraction(1, 10), (Fraction(1, 5), 1): {Fraction(2, 14)}}", "passed"),
        ("keyed", "{1 / n: Fraction(1, 10), (Fraction(1, 5), 1): {Fraction(1, 7)}}", "failed"),
        ("keyed", "{Fraction(1, n): 0.1, (Fraction(1, 5), 1): {Fraction(1, 7)}}", "failed"),
        ("keyed", "{Fraction(1, n): Fraction(1, 10), (Fraction(1, 5), 1): {1 / 7}}", "failed"),
        ("other", "Fraction(1, n)", "failed"),
        ("other", "Decimal(1) / n", "passed"),
        ("other", "Fraction(1, n) + Fraction(1, 10 ** 40)", "passed"),
    ],
)
def test_keys_and_inequality_are_as_exact(assignment_of, verdict_on, check, answer, status):
    """In dictionaries, sets and tuples within them; what is unequal is what is not equal."""
    right = (
        "Fraction(1, 9)"
        if check == "other"
        else "{Fraction(1, 3): Fraction(1, 10), (Fraction(1, 5), 1): {Fraction(1, 7)}}"
    )
    assignment = assignment_of(rubric(check), KEYED, f"{IMPORTS}def f(n): return {right}\n")
    assert verdict_on(assignment.checks[check], f"{IMPORTS}def f(n): return {answer}\n").status == status


def test_what_is_near_is_told_so(assignment_of, verdict_on):
    """Both as they are read; the digits alone would look alike."""
    assignment = assignment_of(rubric("equal"), CHECKS, f"{IMPORTS}def f(n): return Fraction(n, 3)\n")
    told = verdict_on(assignment.checks["equal"], "def f(n): return n / 3\n").feedback
    assert "/3: near it, and not exactly it" in told
