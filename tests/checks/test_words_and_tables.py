"""Texts, lists of them and tables between operators and in sets: what Python says of them, and no more than they hold."""

from __future__ import annotations

import tracemalloc

import pytest

from grader.assignment import load_assignment
from tests.checks.small import graded, write_course

CHECKS = '''
def operators(student, expect):
    """Text and lists of it are joined and repeated, tables are united."""
    n, text, words, table = student.m.number(), student.m.text(), student.m.words(3), student.m.table()
    expect.equal(["-" * n, text + "!", "=" + text, f"{text}{n}"], ["---", "ab!", "=ab", "ab3"])
    expect.equal([words + ["z"], ["z"] + words, words + words[:1]], [[*"abaz"], [*"zaba"], [*"abaa"]])
    expect.equal(table | {"c": 3}, {"a": 1, "b": 2, "c": 3})
    expect.equal([text < "b", "b" < text, words < ["b"]], [True, False, True])
    expect.close(student.m.numbers() + [1, 2], [2.0, 4.0])

@given(n=st.integers(1, 4))
def in_sets(student, reference, expect, n):
    """What stands in a set or a key of the check's own is looked at, case by case."""
    theirs, ours = student.m.words(n), reference.m.words(n)
    expect.equal(set(theirs), set(ours))
    expect.equal({word: 1 for word in theirs}, {word: 1 for word in ours})
    expect.equal({(word, n) for word in theirs}, {(word, n) for word in ours})
    expect.equal(frozenset(student.m.table()), set(reference.m.table()))
'''
REFERENCE = """
def number(): return 3
def text(): return "ab"
def words(n): return [*"abab"][:n]
def numbers(): return [1.0, 2.0]
def table(): return {"a": 1, "b": 2}
"""


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """One course with both checks."""
    return load_assignment(write_course(tmp_path_factory.mktemp("words"), CHECKS, REFERENCE), "small")


def test_the_model_answer_and_another_style_pass(assignment, sandbox):
    """Tuples, views and a table of another class are as good."""
    other = REFERENCE.replace('[*"abab"][:n]', 'tuple("abab"[:n])').replace('{"a": 1, "b": 2}', "dict(b=2, a=1)")
    for source in (REFERENCE, other):
        assert {found.status for found in graded(assignment, source, sandbox).values()} == {"passed"}


@pytest.mark.parametrize(
    ("old", "new", "failing"),
    [
        ('return "ab"', 'return "ba"', "operators"),
        ('return "ab"', "return 7", "operators"),
        ("[*\"abab\"][:n]", "[*\"abcb\"][:n]", "operators"),
        ("[*\"abab\"][:n]", "[*\"abab\"][:n] + ['c'] * (n == 4)", "in_sets"),
        ('{"a": 1, "b": 2}', '{"a": 1}', "in_sets"),
    ],
)  # fmt: skip
def test_what_is_wrong_fails(assignment, sandbox, old, new, failing):
    """By the check that looks at it."""
    assert old in REFERENCE
    found = graded(assignment, REFERENCE.replace(old, new), sandbox)
    assert found[failing].status in ("failed", "error")


HOSTILE = """
def length(student, expect):
    \"\"\"A row of dashes.\"\"\"
    expect.equal("-" * student.m.number(), "---")

def halves(student, expect):
    \"\"\"An odd number.\"\"\"
    expect.equal(student.m.number() % 2, 1)

def times(student, expect):
    \"\"\"A large one.\"\"\"
    expect.equal(student.m.number() * 1000000, 3000000)
"""


@pytest.mark.parametrize("answer", ["10**9", "'%0999999999d'", "'x' * 1000", "b'%0999999999d'"])
def test_no_answer_makes_the_judge_build_something_large(tmp_path, sandbox, answer):
    """Neither a number that a text is repeated by nor a text that is repeated, or asks for a width of its own."""
    assignment = load_assignment(write_course(tmp_path, HOSTILE, REFERENCE), "small")
    source = REFERENCE.replace("return 3", f"return {answer}")
    tracemalloc.start()
    found = graded(assignment, source, sandbox)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {verdict.status for verdict in found.values()} <= {"failed", "error"}
    assert peak < 50 << 20
