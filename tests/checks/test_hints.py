"""Hints by the kind of failure, and what to do about errors whose own words do not say it."""

from __future__ import annotations

import re

import pytest

from grader.checks.feedback.failures import advice
from grader.checks.feedback.remedies import REMEDIES, remedy
from grader.errors import RubricError
from grader.model.outcome import Failure

CHECK = """
from hypothesis import given, strategies as st
import numpy as np

@given(n=st.integers(2, 5))
def halves(student, expect, n):
    "`f` halves what is counted."
    expect.close(student.m.f(n), np.arange(n) / 3)
"""
REFERENCE = "import numpy as np\ndef f(n):\n    return np.arange(n) / 3\n"
KINDS = ("signature", "error", "none", "type", "shape", "dtype", "nan", "value", "partial", "timeout", "memory")
TIERS = "[{rtol: 1.0e-9, atol: 1.0e-12}, {rtol: 1.0e-4, atol: 1.0e-4, credit: 0.5, feedback: Not exact.}]"
HINTS = "        hints: {" + ", ".join(f"{kind}: Of {kind}." for kind in KINDS) + "}\n"
RUBRIC = f"      - check: halves\n        points: 2\n        tolerance: {TIERS}\n        hint: In general.\n"


@pytest.mark.parametrize(
    ("source", "kind", "general"),
    [
        ("def f(): return 1", "signature", False),
        ("f = lambda: 1", "signature", False),
        ("class f:\n    def __init__(self, n, m): pass", "signature", False),
        ("def f(n): return np.arange(n) / undefined", "error", False),
        ("def f(n): pass", "none", False),
        ("def f(n): return 'text'", "type", False),
        ("def f(n): return np.arange(n + 1) / 3", "shape", True),
        ("def f(n): return (np.arange(n) / 3).astype(np.float32)", "dtype", False),
        ("def f(n): return np.arange(n) / 0.0", "nan", True),
        ("def f(n): return np.arange(n) / 2", "value", True),
        ("def f(n): return np.arange(n) / 3 + 1e-6", "partial", False),
        ("def f(n):\n    while True: pass", "timeout", False),
        ("def f(n): return np.ones(10**12)", "memory", False),
    ],
)
def test_the_hint_is_about_the_kind_of_failure(assignment_of, verdict_on, source, kind, general):
    """That of its kind and no other; without one the general hint, where it may be to the point."""
    text = f"import numpy as np\n{source}\n"
    found = verdict_on(assignment_of(RUBRIC + HINTS, CHECK, REFERENCE).checks["halves"], text)
    assert re.findall("Hint: .*", found.feedback) == [f"Hint: Of {kind}."]
    if kind != "timeout":
        found = verdict_on(assignment_of(RUBRIC, CHECK, REFERENCE).checks["halves"], text)
        assert ("Hint: In general." in found.feedback) == general


@pytest.mark.parametrize(
    ("source", "near"),
    [
        ("def f(number): return np.arange(nubmer) / 3", "number"),
        ("def third(n): return n / 3\ndef f(n): return thrid(np.arange(n))", "third"),
        ("def f(n): return np.arange(rnage(n)) / 3", "range"),
        ("def f(n): return np.arrange(n) / 3", "arange"),
        ("def f(n):\n    K = 3\n    return np.arange(n) / k", "K"),
        ("def f(n): return np.arange(n).reshpae(-1) / 3", "reshape"),
        ("def f(n):\n    found = []\n    found.apend(n)\n    return found", "append"),
        ("def f(n): return np.arange(n) / undefined", ""),
        ("def f(n):\n    a1, b2 = 1, 2\n    return np.arange(n) / loss_2", ""),
        ("def f(n):\n    class Net:\n        weight = 3\n    return np.arange(n) / Net().wieght", ""),
    ],
)
def test_a_misspelt_name_suggests_the_near_one(assignment_of, verdict_on, source, near):
    """Of what the line could use, and of what numpy and Python have; of nothing else, since that would be a guess."""
    found = verdict_on(assignment_of(RUBRIC, CHECK, REFERENCE).checks["halves"], f"import numpy as np\n{source}\n")
    assert re.findall(r"Did you mean: '(\w+)'\?", found.feedback) == [near] * bool(near), found.feedback


@pytest.mark.parametrize("hints", ["{shapes: x}", "{shape: [3]}", "x", "[shape]"])
def test_a_kind_that_there_is_not_is_refused(assignment_of, hints):
    """With the place of the key."""
    with pytest.raises(RubricError, match="hints"):
        assignment_of(f"{RUBRIC}        hints: {hints}\n", CHECK, REFERENCE)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("TypeError: LeNet.forward() takes 1 positional argument but 2 were given", "`def forward(self, …)`"),
        (
            "TypeError: unsupported operand type(s) for -: 'Tensor' and 'torch.return_types.max'",
            "`.values` takes the first",
        ),
        ("ValueError: matmul: Input operand 0 does not have enough dimensions", "a single number or None"),
        ("TypeError: Net.__init__() takes 1 positional argument but 4 were given", ""),
        ("TypeError: Module.eval() takes 1 positional argument but 2 were given", ""),
        ("AttributeError: cannot assign module before Module.__init__() call", "super().__init__()"),
        ("RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.", "no_grad"),
        ("RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn", "`.detach()`"),
        ("RuntimeError: Can't call numpy() on Tensor that requires grad. Use …", "`.detach().numpy()`"),
        ("TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'", "is None"),
        ("AttributeError: 'NoneType' object has no attribute 'shape'", "is None"),
        ("ValueError: The truth value of an array with more than one element is ambiguous.", "np.where"),
        ("RecursionError: maximum recursion depth exceeded", "calls itself"),
        ("UnboundLocalError: cannot access local variable 'total' where it is not", "`total`"),
        ("TypeError: unhashable type: 'numpy.ndarray'", "lru_cache"),
        ("AttributeError: 'numpy.ndarray' object has no attribute 'pow'", "write `**`"),
        ("AttributeError: 'numpy.ndarray' object has no attribute 'exp'", "`np.exp(…)`"),
        ("NameError: name 'pi' is not defined", "`from math import pi`"),
        ("NameError: name 'sqrt' is not defined", "`np.sqrt`"),
        ("NameError: name 'sqrt2' is not defined", ""),
        ("TypeError: unsupported operand type(s) for /: 'list' and 'int'", "`np.array(…)`"),
        ("TypeError: unsupported operand type(s) for -: 'float' and 'tuple'", "`np.array(…)`"),
        ('TypeError: can only concatenate list (not "int") to list', "`np.array(…)`"),
        ("TypeError: can't multiply sequence by non-int of type 'float'", "`np.array(…)`"),
        ("TypeError: '<' not supported between instances of 'function' and 'function'", "brackets missing"),
        ("TypeError: unsupported operand type(s) for *: 'int' and 'method'", "brackets missing"),
        ("TypeError: '<' not supported between instances of 'str' and 'int'", ""),
        ("TypeError: only integer scalar arrays can be converted to a scalar index", "`for i in a`"),
        ("TypeError: ufunc 'bitwise_xor' not supported for the input types, and", "write `**`"),
        ("TypeError: unsupported operand type(s) for ^: 'float' and 'int'", "write `**`"),
        ("TypeError: unsupported operand type(s) for ^: 'NoneType' and 'int'", "is None"),
        ("ValueError: object too deep for desired array", "one dimension"),
        ("ValueError: matmul: Input operand 1 does not have enough dimensions (has 0, gufunc", "a single number"),
        ("AttributeError: 'numpy.ndarray' object has no attribute 'append'", "keeps its size"),
        ("AttributeError: 'list' object has no attribute 'shape'", "`np.array(…)`"),
        ("ImportError: cannot import name 'z' from partially initialized module 'q'", "import each other"),
        ("ImportError: cannot import name 'z' from partially initialized module 'm' (most likely", "imports itself"),
        ("AttributeError: 'numpy.ndarray' object has no attribute 'detach'", "not a tensor"),
        ("AttributeError: 'numpy.ndarray' object has no attribute 'foo'", ""),
        ("AttributeError: 'Tensor' object has no attribute 'astype'. Did you mean: 'type'?", "`.detach().numpy()`"),
        ("TypeError: relu(): argument 'input' (position 1) must be Tensor, not numpy.ndarray", "array of numpy"),
        ("TypeError: only 0-dimensional arrays can be converted to Python scalars", "`np.log`"),
        ("TypeError: list indices must be integers or slices, not float", "`//`"),
        ("TypeError: 'float' object cannot be interpreted as an integer", "`//`"),
        ("IndexError: only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and", "`//`"),
        ("IndexError: index 3 is out of bounds for axis 0 with size 3", ""),
        ("ValueError: operands could not be broadcast together with shapes (9,) (9,2) ", "shape (9, 1)"),
        ("ValueError: operands could not be broadcast together with shapes (9,) (8,2) ", ""),
        ("TypeError: 'int' object is not callable", "of type int"),
        ("RuntimeError: mat1 and mat2 shapes cannot be multiplied (120x1 and 120x84)", "takes 120 features gets 1:"),
        (
            "ValueError: matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
            "(n?,k),(k,m?)->(n?,m?) (size 12 is different from 9)",
            "sizes are 9 and 12",
        ),
        ("RuntimeError: Input type (float) and bias type (double) should be the same", "type double"),
        ("AttributeError: 'builtin_function_or_method' object has no attribute 'mean'", "brackets missing"),
        ("AttributeError: module 'numpy' has no attribute 'float'.", "Python's own `float`"),
        ("NameError: name 'np' is not defined", "`import numpy as np`"),
        ("NameError: name 'npx' is not defined", ""),
        ("TypeError: f() takes 1 positional argument but 2 were given", ""),
        ("AssertionError: too few", "asserts does not hold of this input"),
        ("AttributeError: 'numpy.ndarray' object has no attribute 'median'", "`np.median(…)`"),
        ("AttributeError: 'numpy.ndarray' object has no attribute 'avg'", "`.mean()`"),
        ("TypeError: Bag() takes no arguments", "two underscores"),
        ("TypeError: size in the m.Bag object is not a function, it is of type int", "without `@property`"),
        ("SyntaxError: invalid syntax\n    Here is the solution to the task:\n         ^", "plain text"),
        ("SyntaxError: unterminated string literal (detected at line 5)\n    It's what I, Ana, wrote.\n", "plain text"),
        ("SyntaxError: invalid syntax\n    return x if y else z w\n", ""),
        ("SyntaxError: invalid syntax\n    False if x else y z\n", ""),
        ("SyntaxError: invalid syntax\n    Net = nn.Linear 3\n", ""),
        ("IndexError: list index out of range", ""),
        ("KeyError: 'DATA'", ""),
    ],
)
def test_an_error_has_the_sentence_of_a_tutor(message, told):
    """One for each that is known, none for what Python says well enough."""
    found = remedy(Failure("error", message, "m.py", 3, "f"))
    assert told in found if told else found == ""


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("IndexError: list index out of range", "`sys.argv`"),
        ("KeyError: 'DATA_DIR'", "`os.environ`"),
        ("KeyError: 'width'", ""),
        ("IndexError: tuple index out of range", ""),
    ],
)
def test_what_a_terminal_gives_a_program_is_not_there(message, told):
    """Outside of functions, where the module is imported and nobody calls it with anything."""
    found = remedy(Failure("error", message, "m.py", 3, "<module>"))
    assert told in found if told else found == ""


def test_what_waits_is_not_told_as_a_loop():
    """A function that slept has used no processor time."""
    [told] = advice(Failure("timeout", "no answer within 2 s, most of which it waited", "m.py", 3, "f"))
    assert "time.sleep" in told
    [told] = advice(Failure("timeout", "no answer within 2 s of processor time", "m.py", 3, "f"))
    assert "loop" in told


def test_each_remedy_is_one_sentence_and_a_test_of_ones_own_has_its_place():
    """An assertion that fails outside of functions is told where to stand."""
    assert "__main__" in remedy(Failure("error", "AssertionError", "m.py", 3, "<module>"))
    assert all(one.sentence.endswith((".", "?")) and len(one.sentence) < 200 for one in REMEDIES)


def test_a_fact_that_does_not_hold_has_the_hint(assignment_of, verdict_on):
    """It is about what the function returns, whatever that was."""
    facts = CHECK.replace(
        "expect.close(student.m.f(n), np.arange(n) / 3)", "expect.true(student.m.f(n)[0] == 0, 'it is 0')"
    )
    found = verdict_on(assignment_of(RUBRIC, facts, REFERENCE).checks["halves"], "def f(n): return [n]\n")
    assert "it is 0." in found.feedback
    assert "Hint: In general." in found.feedback


@pytest.mark.parametrize(
    ("answer", "told"), [("np.arange(n) // 3", True), ("np.arange(n) / 2", False), ("[0] * n", False)]
)
def test_integers_where_fractions_are_expected_are_told_so(assignment_of, verdict_on, answer, told):
    """Whatever the rubric's hint is about."""
    source = f"import numpy as np\ndef f(n): return {answer}\n"
    found = verdict_on(assignment_of(RUBRIC, CHECK, REFERENCE).checks["halves"], source)
    assert ("It returned integers" in found.feedback) == told
