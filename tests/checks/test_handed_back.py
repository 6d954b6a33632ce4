"""What is handed back is the value that was returned; reading it is another thing."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.sandbox.worker_process import Child
from tests.checks.small import graded, verdict, write_course

MAKERS = """
last = []

def keep(value):
    last[:] = [value]
    return value

def is_last(value, *more, **named):
    found = [value, *more, *named.values()]
    return any(one is last[0] or (isinstance(one, (list, tuple)) and any(x is last[0] for x in one))
               or (isinstance(one, dict) and any(x is last[0] for x in one.values())) for one in found)

@dataclasses.dataclass
class Record:
    held: object

def mask():
    return keep(np.arange(4) > 1)
def pair():
    return np.zeros(2), keep([1, 2])
def triple():
    return 1.0, keep((np.float32(2), "b")), {"c": 3}
def table():
    return [{"k": (0, keep(torch.ones(2, requires_grad=True) * 2))}]
def record():
    return Record(keep(Record(1)))
def stream():
    return keep(i * i for i in itertools.count())
def row():
    out = [np.zeros(3), keep(np.zeros((2, 3), np.float32))]
    return out
"""

WAYS = {
    "whole": "m.is_last(m.mask())",
    "second argument": "m.is_last(0, m.mask())",
    "by name": "m.is_last(0, x=m.mask())",
    "within a list": "m.is_last([1, m.mask()])",
    "within a tuple": "m.is_last((m.mask(), 1))",
    "within a dictionary": "m.is_last(0, params={'w': m.mask()})",
    "index": "m.is_last(m.pair()[1])",
    "negative index": "m.is_last(m.pair()[-1])",
    "key and index": "m.is_last(m.table()[0]['k'][1])",
    "attribute": "m.is_last(m.record().held)",
    "iteration": "m.is_last([*m.pair()][1])",
    "loop": "[m.is_last(part) for part in m.pair()][1]",
    "starred": "(lambda first, *rest: m.is_last(rest[0]))(*m.pair())",
    "zip": "[m.is_last(part) for _, part in zip(range(2), m.row())][1]",
    "enumerate": "dict(enumerate(m.row()))[1] is not None and m.is_last(dict(enumerate(m.row()))[1])",
    "slice": "m.is_last(m.pair()[1:])",
    "generator": "m.is_last(m.stream())",
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_the_very_object(tmp_path, sandbox, way):
    """However it is taken out, and wherever it is put."""
    check = f'def handed(student, expect):\n    """It is."""\n    m = student.m\n    expect.equal({WAYS[way]}, True)\n'
    assert verdict(tmp_path, sandbox, check, MAKERS).status == "passed"


RELU = """
def relu(x):
    return np.maximum(x, 0), x
def relu_back(d, cache):
    return d * (cache > 0)
"""
CHAIN = '''
@given(x=st.lists(st.sampled_from((-2.0, 1.0, 3.0)), min_size=3, max_size=3))
def chain(student, expect, x):
    """Backward of forward."""
    out, cache = student.m.relu(np.array(x))
    expect.close(out, np.maximum(x, 0))
    expect.close(student.m.relu_back(np.ones(3), cache), np.array(x) > 0)
'''


@pytest.mark.parametrize(
    ("relu", "status", "told"),
    [
        ("def relu(x): return np.maximum(x, 0)", "failed", "relu returned an array, expected 2 values"),
        (
            "def relu(x): return np.maximum(x, 0), x, 1",
            "failed",
            "relu returned a tuple of 3 (ndarray, ndarray, int), expected 2 values",
        ),
        ("def relu(x): return None", "failed", "relu returned None, expected 2 values"),
        ("def relu(x): return 7", "failed", "relu returned the number 7, expected 2 values"),
        ("def relu(x): raise ValueError('no')", "error", "ValueError: no"),
        ("def relu(x): return np.maximum(x, 0), None", "error", "TypeError"),
        ("def relu(x): return (np.maximum(x, 0), x) if x[0] < 0 else None", "failed", "relu returned None"),
    ],
)
def test_what_cannot_be_taken_apart_is_the_students_failure(tmp_path, sandbox, relu, status, told):
    """Told once, in words of theirs."""
    found = verdict(tmp_path, sandbox, CHAIN, RELU, RELU + relu)
    assert (found.status, told in found.feedback) == (status, True), found.feedback


@pytest.mark.parametrize(
    ("body", "student", "told"),
    [
        ("expect.equal(m.f()['running_mean'], 1)", "def f(): return {'a': 1}", "has no key running_mean"),
        ("expect.equal(m.f()['a']['b'], 1)", "def f(): return {'a': {}}", "a has no key b"),
        ("expect.equal(m.f()['a']['b'], 1)", "def f(): return {'a': None}", "a is None"),
        ("expect.equal(m.f()[3], 1)", "def f(): return [1, 2]", "What f returned has no item 3: it is a list of 2"),
        ("expect.equal(m.f().held, 1)", "def f(): return 3.0", "f returned the number 3.0"),
        ("expect.equal(m.f().held, 1)", "class Net: pass\ndef f(): return Net()", "Net has no attribute held"),
        ("expect.equal(m.f()(2), 1)", "def f(): return [1]", "f returned a list of 1, expected an object that can be"),
        ("expect.true(len(m.f()) == 2, 'two')", "def f(): return 3", "expected something with a length"),
        ("expect.true(3 in m.f(), 'in')", "def f(): return None", "f returned None"),
        ("c = expect.call(m.f)\nexpect.equal(c.result[1]['k'], 1)", "def f(): return [0, {}]", "has no key k"),
    ],
)
def test_a_part_that_is_not_there_is_told(tmp_path, sandbox, body, student, told):
    """By what it is a part of."""
    lines = "\n    ".join(body.splitlines())
    check = f'def part(student, expect):\n    """It is there."""\n    m = student.m\n    {lines}\n'
    right = (
        "class Any(dict):\n    held = 1\n    def __call__(self, x): return 1\n    def __len__(self): return 2\n"
        "    def __contains__(self, x): return True\n    def __getitem__(self, key):\n"
        "        return 1 if key in ('running_mean', 'b', 3, 'k') else self\n"
        "def f(): return Any()\n"
    )
    found = verdict(tmp_path, sandbox, check, right, student)
    assert found.status in ("failed", "missing")
    assert told in found.feedback, found.feedback


VALUES = '''
def value_at_its_line(student, expect):
    """The first claim is about what was there then."""
    w, state = student.m.step(np.ones(2), 1.0)
    expect.close(w, [0.0, 0.0])
    again, state = student.m.step(w, 2.0)
    expect.close(again, [-2.0, -2.0])
    expect.equal([w, 1] == 3, False)

def value_read_late(student, expect):
    """A claim made after a change sees it."""
    log = student.m.Log()
    expect.equal(log.lines, [])
    log("a")
    expect.equal(log.lines, ["a"])
    lines = log.lines
    log("b")
    expect.equal(lines, ["a", "b"])
    expect.true(len(lines) == 2, "two")

def streams_go_on(student, expect):
    """Nothing is taken but what is asked for."""
    stream = student.m.numbers()
    expect.equal(student.m.take(stream, 2), [0, 1])
    expect.equal(student.m.take(stream, 2), [2, 3])

def an_error_ahead(student, expect):
    """The third item is nobody's concern."""
    stream = student.m.breaking()
    expect.equal(student.m.take(stream, 2), [0, 1])

def taken_in_a_loop(student, expect):
    """A loop that ends early takes no more than it takes."""
    stream = student.m.numbers()
    for item in stream:
        if item == 2:
            break
    expect.equal(student.m.take(stream, 2), [3, 4])

def read_and_handed_on(student, expect):
    """Who returns an iterator need not know that it is read first."""
    first = student.m.three()
    expect.equal(first, [1, 2, 3])
    expect.equal(student.m.total(first), 6)
'''
STEPS = """
def step(w, g):
    w -= g
    return w, None
class Log:
    def __init__(self): self.lines = []
    def __call__(self, line): self.lines.append(line)
def numbers():
    return itertools.count()
def breaking():
    yield 0
    yield 1
    raise RuntimeError("third")
def take(stream, n):
    return [next(stream) for _ in range(n)]
def three():
    return [1, 2, 3]
def total(items):
    return sum(items)
"""
STYLES = {
    "the same": "",
    "copies": "def step(w, g): return w - g, None\ndef numbers():\n    n = 0\n    while True:\n        yield n\n        n += 1\n",
    "iterators": "def three(): return map(int, '123')\ndef total(items):\n    return sum(list(items))\n",
    "tensors": "def step(w, g):\n    w = torch.as_tensor(w)\n    w -= g\n    return w, 0\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_values_are_those_of_their_line(tmp_path, sandbox, style):
    """In any style that is right."""
    assignment = load_assignment(write_course(tmp_path, VALUES, STEPS), "small")
    found = graded(assignment, STEPS + STYLES[style], sandbox)
    assert {name: one.status for name, one in found.items()} == dict.fromkeys(found, "passed"), {
        name: one.feedback for name, one in found.items()
    }


def test_what_is_only_handed_on_costs_no_message(tmp_path, sandbox, monkeypatch):
    """40 MB stay where they are; read, they would be too much."""
    check = """
    def big(student, expect):
        \"\"\"It is large.\"\"\"
        out, cache = student.m.big()
        expect.close(out, 1.0)
        expect.close(student.m.small(cache), 5e6)
    """
    reference = """
    def big(): return 1.0, np.ones(5_000_000)
    def small(cache): return cache.sum()
    """
    sizes = []
    receive = Child.receive
    monkeypatch.setattr(Child, "receive", lambda *a: sizes.append(receive(*a)) or sizes[-1])
    assert verdict(tmp_path, sandbox, check, reference).status == "passed"
    assert max(map(len, sizes)) < 10_000


def test_a_module_that_is_asked_for_late_starts_the_case_anew(tmp_path, sandbox):
    """The worker that has it then holds the objects of the calls before it."""
    check = """
    @given(n=st.integers(1, 9))
    def late(student, expect, n):
        \"\"\"It is late.\"\"\"
        first, cache = student.m.first(n)
        expect.equal(first, n)
        expect.true(len(cache) == 2, "two")
        expect.equal(student.m.second(cache), n)
    """
    reference = """
    def first(n): return n, {"n": n, "f": lambda: n}
    def second(cache): return cache["f"]()
    """
    late = reference.replace("return cache", "import scipy.ndimage, xml.dom.minidom; return cache")
    assert verdict(tmp_path, sandbox, check, reference, late).status == "passed"


def test_the_lines_to_paste_are_those_a_student_would_write(tmp_path, sandbox):
    """With the names of the check."""
    wrong = RELU.replace("cache > 0", "cache >= 0").replace("return np.maximum(x, 0), x", "return np.maximum(x, 0), -x")
    shown = verdict(tmp_path, sandbox, CHAIN, RELU, wrong).counterexample
    first, second = shown.call.splitlines()
    assert first.startswith("out, cache = m.relu(np.array([")
    assert second.startswith("m.relu_back(np.array([")
    assert second.endswith(", cache)")


def test_a_call_that_fails_unlooked_fails_its_case(tmp_path, sandbox):
    """Whether the check runs on replies or is compiled."""
    checks = """
    def looks(student, expect):
        \"\"\"It runs.\"\"\"
        student.m.f(-1)
        expect.true(student.m.f(1) == 1, "one")

    def claims(student, expect):
        \"\"\"It runs.\"\"\"
        student.m.f(-1)
        expect.equal(student.m.f(1), 1)
    """
    assignment = load_assignment(write_course(tmp_path, checks, "def f(x): return x"), "small")
    found = graded(assignment, "def f(x):\n    if x < 0: raise ValueError('negative')\n    return x", sandbox)
    assert [(one.status, "negative" in one.feedback) for one in found.values()] == [("error", True)] * 2


UNCHANGED = """
def kept(student, expect):
    \"\"\"`back` leaves what it is given alone.\"\"\"
    out, cache = student.m.forward(np.arange(3.0))
    expect.unchanged(student.m.back, np.ones(3), cache)
"""
FORWARD = "def forward(x): return 2 * x, x.copy()\n"


@pytest.mark.parametrize(
    ("back", "status"),
    [
        ("def back(d, cache): return d * cache", "passed"),
        ("def back(d, cache):\n    cache += 1\n    return d * cache", "failed"),
        ("def back(d, cache):\n    d += 1\n    return d * cache", "failed"),
        ("def forward(x): return x, [x, object()]\ndef back(d, cache): return d", "passed"),
    ],
)
def test_what_is_handed_back_is_watched_for_changes_too(tmp_path, sandbox, back, status):
    """Where it is data, its value before the call is the worker's to tell."""
    right = FORWARD + "def back(d, cache): return d * cache\n"
    assert verdict(tmp_path, sandbox, UNCHANGED, right, FORWARD + back).status == status


def test_the_model_answers_objects_are_handed_back_too(tmp_path, sandbox):
    """Also where an equal call was made before, for another case or student."""
    check = """
    @given(n=st.sampled_from((1, 2)))
    def as_reference(student, expect, reference, n):
        \"\"\"As the model answer.\"\"\"
        out, cache = reference.m.forward(n)
        expect.equal(student.m.forward(n)[0], out)
        expect.equal(student.m.back(student.m.forward(n)[1]), reference.m.back(cache))
        counter = reference.m.Counter()
        counter.up()
        expect.equal(counter.up(), 2)
        expect.equal(student.m.forward(n)[0], n)
    """
    reference = """
    class Counter:
        n = 0
        def up(self):
            self.n += 1
            return self.n
    def forward(n): return n, (n, lambda: n)
    def back(cache): return cache[1]()
    """
    assignment = load_assignment(write_course(tmp_path, check, reference, examples=6), "small")
    for other in ("", "def forward(n): return n, {1: n}\ndef back(cache): return cache[1]\n"):
        [found] = graded(assignment, reference.replace("\n    ", "\n") + other, sandbox).values()
        assert found.status == "passed", found.feedback


ATTRIBUTES = """
def attributes(student, expect):
    \"\"\"Of numbers, whatever holds them.\"\"\"
    y = student.m.f()
    expect.true(y.shape == (2, 3) and y.ndim == 2 and y.size == 6, "two by three")
    expect.close(y.T, [[1, 4], [2, 5], [3, 6]])
    expect.close(y.sum(axis=1), [6, 15])
    expect.close(student.m.first(y.T), [1, 4])
    expect.close(y + y, 2 * np.array([[1, 2, 3], [4, 5, 6]]))
    expect.true(float(y[0, 0]) == 1 and bool(y[0, 0] == 1), "one")
"""
HOLDING = "def f(): return np.array([[1.0, 2, 3], [4, 5, 6]])\ndef first(x): return x[0]\n"
LYING = """
class Lying(np.ndarray):
    def sum(self, *args, **named): return np.array([6.0, 15.0])
def f(): return np.array([[1.0, 2, 3], [4, 5, 7]]).view(Lying)
"""


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("", "passed"),
        ("def f(): return torch.tensor([[1.0, 2, 3], [4, 5, 6]])\ndef first(x): return x.detach()[0]\n", "passed"),
        ("def f(): return np.matrix([[1.0, 2, 3], [4, 5, 6]]).A\n", "passed"),
        (LYING.replace("7", "6"), "passed"),
        (LYING, "failed"),
    ],
)
def test_what_numbers_say_of_themselves(tmp_path, sandbox, source, status):
    """Is computed by the judge; a view of them is handed on as the student's own."""
    found = verdict(tmp_path, sandbox, ATTRIBUTES, HOLDING, HOLDING + source)
    assert found.status == status, found.feedback


def test_a_lie_about_a_sum_is_of_no_use(tmp_path, sandbox):
    """Where nothing but the sum is asked for."""
    check = """
    def sums(student, expect):
        \"\"\"They sum to 1.\"\"\"
        expect.close(student.m.f().sum(), 1.0)
    """
    lying = "class L(np.ndarray):\n    def sum(self): return 1.0\ndef f(): return np.ones(2).view(L)\n"
    assert verdict(tmp_path, sandbox, check, "def f(): return np.full(2, 0.5)", lying).status == "failed"
