"""Objects between operators and in Python's functions: what their classes say counts, as in the check's own lines."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.checks.plan.operator_text import FUNCTIONS, SIGNS
from grader.worker.operations import OPERATIONS
from tests.checks.small import graded, write_course

CHECKS = '''
import collections, operator

@given(a=st.integers(1, 5), b=st.integers(1, 5))
def arithmetic(student, expect, a, b):
    """Either side, plain numbers too."""
    x, y = student.m.Mod(a), student.m.Mod(b)
    for result, wanted in (
        (x + y, a + b), (x - y, a - b), (x * 3, 3 * a), (2 + x, 2 + a), (2 - x, 2 - a), (x ** 2, a * a), (-x, -a),
        (abs(x), a), (np.float64(2) * x, 2 * a), (sum([x, y]), a + b), (x @ y, a * b),
    ):
        expect.equal(result.n, wanted % 7)
    expect.equal(x < y, a < b)
    expect.equal(x == student.m.Mod(a + 7), True)
    expect.equal([each.n for each in sorted([x, y])], sorted([a, b]))
    expect.equal(max(x, y).n, max(a, b))
    z = x
    z += y
    expect.equal(z.n, (a + b) % 7)

def functions(student, expect):
    """What Python's functions ask of an object."""
    x = student.m.Mod(5)
    expect.equal([repr(x), str(x), f"{x}", f"{x:>4}", float(x), int(x)], ["Mod(5)", "5 mod 7", "5 mod 7", "   5", 5, 5])
    expect.true(isinstance(x, student.m.Mod) and not isinstance(x, student.m.Grid), "its class")
    expect.true(issubclass(student.m.Small, student.m.Mod), "a subclass")
    expect.equal([[1, 2, 3][student.m.Mod(1)], round(student.m.Mod(4))], [2, 4])
    expect.raises(TypeError, operator.add, x, None)
    expect.raises(ValueError, pow, x, -1)
    expect.close(np.sqrt(student.m.Grid([4.0, 9.0])).cells, [2.0, 3.0])

def kinds(student, expect):
    """Classes made of data: their own operators, their data compared."""
    one, other = student.m.Pair(1, 2), student.m.Pair(3, 4)
    expect.equal(one + other, [4, 6])
    expect.equal(one == (1, 2), True)
    expect.equal(student.m.Grid([1.0]) == student.m.Grid([1.0]), True)
    row = student.m.Row([1, 2])
    expect.equal(row + row, [2, 4])
    expect.equal(repr(row), "Row(1, 2)")

def generates(student, expect):
    """A generator runs as far as it is asked."""
    steps = student.m.Steps()
    made = steps.run(5)
    expect.equal(steps.n, 0)
    expect.equal([next(made), steps.n, next(made), steps.n], [1, 1, 2, 2])
    for value in made:
        expect.equal(steps.n, value)
    expect.equal(next(made, "none"), "none")
    expect.equal([*reversed(student.m.Row([1, 2]))], [2, 1])

def leaves(student, expect):
    """The end of `with` is told of an exception."""
    log = student.m.Log()
    try:
        with log:
            raise KeyError("k")
    except KeyError:
        expect.equal(log.seen, "KeyError")
    with log:
        raise ValueError("swallowed")
    expect.equal(log.seen, "ValueError")

def counts(student, expect):
    """Sums that are long."""
    x = student.m.Mod(0)
    for _ in range(1500):
        x = x + 1
    expect.equal(x.n, 1500 % 7)

def differs(student, expect):
    """Only numbers are compared here."""
    expect.true(abs(student.m.mean([1.0, 2.0]) - 1.5) < 1e-9, "the mean")
    expect.true(np.max(np.abs(student.m.mean([1.0, 2.0]) - 1.5)) < 1e-9, "the mean")
'''
RIGHT = """
import functools

@functools.total_ordering
class Mod:
    def __init__(self, n): self.n = int(n) % 7
    def _of(self, other):
        if other is None: raise TypeError("None is no number")
        return other.n if isinstance(other, Mod) else int(other)
    def __add__(self, other): return Mod(self.n + self._of(other))
    __radd__ = __add__
    def __sub__(self, other): return Mod(self.n - self._of(other))
    def __rsub__(self, other): return Mod(self._of(other) - self.n)
    def __mul__(self, other): return Mod(self.n * self._of(other))
    __rmul__ = __matmul__ = __mul__
    def __neg__(self): return Mod(-self.n)
    def __abs__(self): return self
    def __pow__(self, k):
        if k < 0: raise ValueError(k)
        return Mod(self.n ** k)
    def __eq__(self, other): return self.n == self._of(other)
    def __lt__(self, other): return self.n < self._of(other)
    def __hash__(self): return self.n
    def __repr__(self): return f"Mod({self.n})"
    def __str__(self): return f"{self.n} mod 7"
    def __format__(self, spec): return format(self.n, spec) if spec else str(self)
    def __float__(self): return float(self.n)
    def __index__(self): return self.n
    def __round__(self, digits=None): return self.n

class Small(Mod): pass

@dataclasses.dataclass
class Grid:
    cells: list
    def __array_ufunc__(self, ufunc, method, *inputs): return Grid([float(ufunc(cell)) for cell in self.cells])

class Pair(__import__("typing").NamedTuple):
    x: int
    y: int
    def __add__(self, other): return Pair(self.x + other.x, self.y + other.y)

class Row(list):
    def __add__(self, other): return Row([a + b for a, b in zip(self, other)])
    def __repr__(self): return "Row(" + ", ".join(map(repr, self)) + ")"

class Steps:
    n = 0
    def run(self, n):
        for _ in range(n):
            self.n += 1
            yield self.n

class Log:
    def __enter__(self): return self
    def __exit__(self, kind, error, trace):
        self.seen = kind and kind.__name__
        return kind is ValueError

def mean(x): return sum(x) / len(x)
"""
LIAR = (
    RIGHT
    + """
class Right(float):
    def _same(self, *_): return self
    __sub__ = __rsub__ = __abs__ = __array_ufunc__ = _same
    def _yes(self, *_): return True
    __lt__ = __le__ = __eq__ = _yes
class Nothing:
    def _same(self, *_, **__): return self
    __sub__ = __rsub__ = __abs__ = __array_ufunc__ = __getattr__ = __call__ = _same
    __lt__ = __le__ = __eq__ = Right._yes
def mean(x): return KIND
"""
)


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """One course with all of these checks."""
    return load_assignment(write_course(tmp_path_factory.mktemp("operators"), CHECKS, RIGHT), "small")


def test_objects_work_themselves_out(assignment, sandbox):
    """Whoever is like the model answer earns it all; each check is what its lines say."""
    assert {name: found.status for name, found in graded(assignment, RIGHT, sandbox).items()} == dict.fromkeys(
        ("arithmetic", "functions", "kinds", "generates", "leaves", "counts", "differs"), "passed"
    )


@pytest.mark.parametrize(
    ("old", "new", "check", "told"),
    [
        ("return Mod(self._of(other) - self.n)", "return self - other", "arithmetic", "2 - mod"),
        ("__radd__ = __add__", "", "arithmetic", "unsupported operand type(s) for +: 'int' and 'Mod'"),
        ("return f\"Mod({self.n})\"", "return f\"Mod[{self.n}]\"", "functions", "repr(x)"),
        ("class Small(Mod)", "class Small", "functions", "a subclass"),
        ("return Row([a + b for a, b in zip(self, other)])", "return Row([*self, *other])", "kinds", "row + row"),
        ("            yield self.n", "            out = [*range(1, n + 1)]\n        yield from out", "generates", "expected 1"),
        ("def run(self, n):", "def run(self, n):\n        return [*self.go(n)]\n    def go(self, n):", "generates", "expected"),
        ("return kind is ValueError", "return False", "leaves", "swallowed"),
        ("return Mod(self.n + self._of(other))", "return Mod(self.n + (self._of(other) or 1) * (self.n != 6))", "counts", "…"),
        ("return sum(x) / len(x)", "return sum(x)", "differs", "the mean"),
    ],
)  # fmt: skip
def test_mistakes_are_told_as_they_are_written(assignment, sandbox, old, new, check, told):
    """The check that looks at it fails, with the lines that a student would type."""
    assert old in RIGHT
    found = graded(assignment, RIGHT.replace(old, new), sandbox)[check]
    assert found.status in ("failed", "error")
    shown = f"{found.feedback} {found.counterexample}"
    assert told in shown


@pytest.mark.parametrize("kind", ["Right(7)", "Nothing()"])
def test_an_object_is_not_asked_whether_it_is_right(assignment, sandbox, kind):
    """Where the model answer returns numbers, numbers are compared, whatever a class says of its differences."""
    found = graded(assignment, LIAR.replace("KIND", kind), sandbox)
    assert found["differs"].status == "failed"
    assert found["arithmetic"].status == "passed"


def test_every_operator_can_be_written_and_carried_out():
    """What a check can ask of an object is known to the worker, and as text."""
    missing = (SIGNS.keys() | FUNCTIONS.keys()) - OPERATIONS.keys() - {f"i{name}" for name in SIGNS}
    assert missing == set()
