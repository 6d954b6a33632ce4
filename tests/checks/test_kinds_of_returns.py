"""What came back instead of what was asked for is told as Python and numpy name it, with what to do."""

from __future__ import annotations

import pytest

from grader.checks.feedback.failures import describe_failure
from grader.model.outcome import Failure
from grader.worker.suggesting import nearest


def rubric(check):
    return f"      - check: {check}\n        points: 4\n        examples: 2\n        hint: Look at the handout.\n"


CHECKS = """
from hypothesis import given, strategies as st
import numpy as np

@given(x=st.integers(0, 14))
def number(student, expect, x):
    "`f` is the identity."
    expect.close(student.m.f(float(x)), x)

@given(x=st.integers(0, 14))
def named(student, expect, x):
    "`g` is its first."
    expect.close(student.m.g(float(x), out_features=2), x)

@given(x=st.integers(0, 14))
def several(student, expect, x):
    "`h` is a square."
    expect.close(student.m.h(float(x)), np.full((2, 2), x))

@given(x=st.integers(0, 14))
def text(student, expect, x):
    "`word` is a text."
    expect.equal(student.m.word(float(x)), "ba")

@given(x=st.integers(0, 14))
def made(student, expect, x):
    "The object has a size."
    expect.equal(student.m.build().size(), 2)
"""
REFERENCE = """
class Net:
    def size(self): return 2
def f(x): return x
def h(x): return [[x, x], [x, x]]
def word(x): return "ba"
def g(in_features, out_features): return in_features
def build(): return Net()
"""
NET = "import numpy as np\nclass Net:\n    def size(self): return 2\n"


@pytest.mark.parametrize(
    ("check", "source", "told"),
    [
        ("number", "def f(x): return x, np.ones(3)", ["2 values of different shapes", "an array of shape (3,)"]),
        ("number", "def f(x): return [[x], [1.0, 2.0]]", ["of different shapes", "expected a single number"]),
        ("number", "import torch\ndef f(x): return torch.nn.ReLU(x)", ["expected", "`nn.ReLU(…)(x)`"]),
        ("several", "def h(x): return [[x], [1.0, 2.0]]", ["expected numbers in one shape, (2, 2)"]),
        ("text", "def word(x): return reversed('ab')", ["Got an iterator over 2 items, expected 'ba'", "''.join(…)"]),
        ("text", "def word(x): return (c for c in 'ba')", ["an iterator", "should be a text", "''.join(…)"]),
        ("text", "def word(x): return ['b', 'a']", ["Got ['b', 'a']", "should be a text."]),
        ("number", "def f(x): return [1.0, [1.0, 2.0], 'a', 3]", ["eturned a list"]),
        ("number", "def f(x): return np.mean", ["a function (call it", "expected numbers"]),
        ("number", "def f(x): return lambda: x", ["a function (call it"]),
        ("number", "def f(x): return np.exp", ["a function (call it"]),
        ("number", "async def f(x): return x", ["coroutine", "write `def`"]),
        ("number", "def f(x):\n    yield x", ["eturned an iterator", "`return` the numbers"]),
        ("number", "class f:\n    def __init__(self, x): self.x = x", ["`f` is a class", "write `def f`"]),
        ("number", "def f(x): return [[str(x)]]", ["the text", "not texts made of them"]),
        ("number", "def f(x): return NotImplemented", ["return the result"]),
        ("number", "def f(x): return f'{x:.4f}'", ["the text", "the numbers themselves"]),
        ("number", "if __name__ == '__main__':\n    def f(x): return x", ["m.py has no f;", "line 5", "__main__"]),
        ("number", "def f_loss(x): return x\ndef g(x): return x", ["m.py has no f"]),
        ("number", "class Net:\n    def f(self, x): return x", ["m.py has no f;", "line 5", "class Net"]),
        ("number", "def h(x):\n    def f(x): return x", ["m.py has no f;", "line 5", "within h"]),
        ("number", "def f(x): return Net", ["a class (call it"]),
        ("number", "def f(x): return {'a': x}", ["a dictionary with 1 entry,"]),
        ("number", "def f(x): return np.full((1, 1), x)", ["shape (1, 1)", "a single number"]),
        ("number", "def f(x, y): return x", ["allow the call f(…)"]),
        ("named", "def g(inp, out): return inp", ["allow the call g(…, out_features=…)"]),
        ("named", "def g(in_features): return 1", ["unexpected keyword", "allow the call g(…, out_features=…)"]),
        ("named", "def g(a, out_features, bias): return a", ["'bias'", "allow the call g(…, out_features=…)"]),
        ("made", "def build(): return Net", ["build returned a class", "call the class", "'self'"]),
        ("made", "def build(): return Net(), 1", ["a tuple of 2 (Net, int)", "has size"]),
        ("made", "def build(): return lambda: 1", ["build returned a function (call it"]),
    ],
)
def test_what_came_back_is_named(assignment_of, verdict_on, check, source, told):
    """Its kind, what was asked for, and the way out."""
    found = verdict_on(assignment_of(rubric(check), CHECKS, REFERENCE).checks[check], f"{NET}{source}\n")
    assert [words for words in told if words not in found.feedback] == [], found.feedback
    assert found.status != "passed"


OTHER_CHECKS = """
def words(student, expect):
    "The first letters."
    expect.equal(student.m.words("ab"), {"a": 1})

def shelf(student, expect):
    "Two things."
    s = student.m.Shelf()
    expect.equal(len(s), 2)
    expect.equal(s.first(), 3)

def even(student, expect):
    "Two is even."
    expect.equal(student.m.even(2), True)

def letter(student, expect):
    "A letter."
    expect.equal(student.m.letter(), "a")
"""
OTHER_REFERENCE = """
class Shelf:
    def __len__(self): return 2
    def first(self): return 3
def words(text): return {text[0]: 1}
def even(n): return n % 2 == 0
def letter(): return "a"
"""
NO_CLASS = "is a class, and calling it"


@pytest.mark.parametrize(
    ("check", "source", "told", "not_told"),
    [
        ("words", "def words(t): return []", ["Got [], expected {'a': 1}: it should be a dictionary."], ["Hint"]),
        ("words", "def words(t): return {'b': 1}", ["key 'a' is missing", "Hint"], ["should be"]),
        ("words", "def words(t): print({t[0]: 1})", ["It printed {'a': 1} and returned nothing"], ["Hint"]),
        ("words", "def words(t): return [3].sort()", ["expected {'a': 1}. For this input", "x.sort()"], ["should be"]),
        ("even", "def even(n): return str(n % 2 == 0)", ["Got 'True', expected True: it should be True or False."], []),
        ("even", "def even(n): print(True)", ["It printed True and returned nothing"], []),
        ("even", "def even(n): return False", ["Got False, expected True.", "Hint"], ["should be", "`return`"]),
        ("letter", "def letter(): return 'a'.upper", ["Got a function (call it", "expected 'a'"], ["type_name"]),
        ("letter", "def letter(): return b'a'", ["Got b'a', expected 'a': it should be a text."], []),
        ("letter", "def letter(): return 'b'", ["they first differ", "Hint"], ["should be"]),
        ("shelf", "class Shelf:\n    def first(self): return 3", ["something with a length", "`__len__`"], [NO_CLASS]),
        (
            "shelf",
            "class Shelf:\n    def __len__(self): return 2\n    def first(self): return self",
            ["Shelf, expected numbers"],
            [NO_CLASS],
        ),
    ],
)
def test_data_of_another_kind_is_told_by_the_kind_it_should_be(
    assignment_of, verdict_on, check, source, told, not_told
):
    """Also where nothing came, or a class that is meant to be one; the rubric's hint is about values."""
    found = verdict_on(assignment_of(rubric(check), OTHER_CHECKS, OTHER_REFERENCE).checks[check], f"{source}\n")
    assert [words for words in told if words not in found.feedback] == [], found.feedback
    assert [words for words in not_told if words in found.feedback] == [], found.feedback
    assert found.status == "failed"


def test_lines_end_where_the_claim_that_fails_was_made(assignment_of, verdict_on):
    """What is computed from replies is shown by the calls before it, not by those that the check makes later."""
    checks = """
def sizes(student, expect):
    "The sizes, and what comes of it."
    net = student.m.Shelf()
    expect.equal([2 * size for size in net.sizes()], [2, 4])
    expect.equal(net.first(), 3)
"""
    reference = "class Shelf:\n    def sizes(self): return [1, 2]\n    def first(self): return 3\n"
    found = verdict_on(assignment_of(rubric("sizes"), checks, reference).checks["sizes"], reference.replace("1, 2", ""))
    assert found.status == "failed"
    assert "first" not in found.counterexample.call


def test_an_unfit_call_of_the_students_own_is_their_own(assignment_of, verdict_on):
    """It has its line, and says nothing of the signature that the check wants."""
    check = assignment_of(rubric("number"), CHECKS, REFERENCE).checks["number"]
    found = verdict_on(check, "def f(x): return h(x, 1)\ndef h(x): return x\n")
    assert "m.py, line 1, in f: TypeError: h() takes 1" in found.feedback
    assert "signature" not in found.feedback


def test_a_name_that_is_asked_for_itself_is_suggested_for_no_other(assignment_of):
    """Who lacks `bce_loss` did not mean `mse_loss`; `bce` may be it."""

    def told(*names):
        return describe_failure(Failure("missing", "m.py has no bce_loss", names=names), {"mse_loss"})

    assert told("mse_loss") == "m.py has no bce_loss"
    assert told("mse_loss", "bce") == "m.py has no bce_loss; there is bce"
    assert told("bce_los") == "m.py has no bce_loss; there is bce_los"
    checks = assignment_of(rubric("number") + rubric("named") + rubric("made"), CHECKS, REFERENCE).checks
    assert checks["number"].beside == {"g", "build"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("name = \u201chello\u201d", ["a quotation mark of a text program: Python's are `\"` and"]),
        ("name = \u2018x\u2019", ["a quotation mark of a text program"]),
        ("x = 3 \u2013 1", ["a dash of a text program", "minus is `-`"]),
        ("x = 3 \u2212 1", ["a dash of a text program"]),
        ("x =\u00a03", ["U+00A0", "type this place anew"]),
        ("x = \u200b3", ["U+200B", "type this place anew"]),
        ("```python", ["` frames code", "in Markdown"]),
        (">>> x = 3", ["`>>>` is the prompt"]),
        ("In [3]: import math", ["`In [3]:` is the prompt"]),
        ("<<<<<<< HEAD", ["a mark of git's"]),
        ("return 3", ["m.py, line 3: SyntaxError: 'return' outside function"]),
    ],
)
def test_what_was_copied_along_with_code_is_told_for_what_it_is(assignment_of, verdict_on, line, told):
    """Quotes and dashes of text programs, Markdown's fences, prompts, git's marks; and the place once."""
    source = f"import math\n\n{line}\ndef f(x): return x\n"
    found = verdict_on(assignment_of(rubric("number"), CHECKS, REFERENCE).checks["number"], source)
    assert found.feedback.startswith("m.py, line 3: SyntaxError: ")
    assert [words for words in told if words not in found.feedback] == [], found.feedback
    assert "(m.py" not in found.feedback


def test_a_name_is_not_suggested_for_itself(assignment_of, verdict_on):
    """What a module was asked for, and got only after the error, is no slip."""
    source = "import torch\ndef f(x): return getattr(torch, 'no_such_part')\n"
    assert nearest("relu", ["relu"]) == ""
    found = verdict_on(assignment_of(rubric("number"), CHECKS, REFERENCE).checks["number"], source)
    assert "Did you mean" not in found.feedback


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "print(f(0))",
            ["line 1, in f: ZeroDivisionError: division by zero (called while m.py is imported, by line 3)"],
        ),
        ("print(g(0))", ["in g: AssertionError: (called while", "is imported: put tests of your own under"]),
        ("n = int(input())", ["m.py, line 3: nobody is there to type", "or put this under `if __name__"]),
    ],
)
def test_what_a_module_calls_while_it_is_imported_is_told_as_that(assignment_of, verdict_on, line, told):
    """Not as a call of the check's, whose input it would be; with its line, and where it belongs."""
    source = f"def f(x): return 1 / x\ndef g(x): assert x\n{line}\n"
    found = verdict_on(assignment_of(rubric("number"), CHECKS, REFERENCE).checks["number"], source)
    assert [words for words in told if words not in found.feedback] == [], found.feedback
    assert "under `if __name__" in found.feedback


def test_a_name_without_a_value_is_one_cause_however_often_it_is_met(assignment_of, verdict_on):
    """Python 3.11 gives another line from the eighth call on."""
    check = assignment_of(rubric("number").replace("examples: 2", "examples: 15"), CHECKS, REFERENCE).checks["number"]
    source = "total = 0\ndef f(x):\n    for step in [x]:\n        total += step\n    return total\n"
    found = verdict_on(check, source)
    assert "m.py, line 4, in f: UnboundLocalError" in found.feedback
    assert "This happens on all 15 inputs tried." in found.feedback
