"""Objects of a submission's: read, set, iterated, entered, called, as they are; and arguments that are no data."""

from __future__ import annotations

import copyreg
import re

import numpy as np
import pytest

from grader.assignment import load_assignment
from grader.checks.plan.arguments import _named_somewhere, name_of
from grader.errors import GraderError
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from tests.checks.small import graded, verdict, write_course
from tests.conftest import MINI

CHECKS = '''
def reads(student, expect):
    """Attributes, items, class attributes, properties."""
    net = student.m.Net(2)
    expect.equal(net.name, "net")
    expect.equal(student.m.Net.name, "net")
    expect.close(net.params["W"], np.zeros(2))
    expect.equal(net.width, 2)
    expect.equal(net.layers[0].bias["b"], 1)
    expect.true("W" in net.params and "V" not in net.params, "W")
    expect.true(net.width == 2 and net.width < 3 and f"{net.width}" == "2", "two")
    expect.true(sorted(net.params) == ["W", "b"] and {"W": 1}[[*net.params][0]] == 1, "names")

def sets(student, expect):
    """In the order of the lines."""
    net = student.m.Net(2)
    before = net.scale
    net.params["W"] = np.ones(2)
    net.scale = 3.0
    expect.equal(before, 1.0)
    expect.close(net.scores(), [3.0, 3.0])
    net.params["W"] = net.scores()
    net.layers[0].bias["b"] = net.params["W"]
    expect.close(net.layers[0].bias["b"], [3.0, 3.0])
    expect.close(net.scores(), [9.0, 9.0])
    del net.params["b"]
    expect.true("b" not in net.params, "gone")

def optimises(student, expect):
    """A library's optimiser around a student's parameters."""
    layer = student.m.Layer()
    opt = student.m.optimiser([layer.weight])
    opt.param_groups[0]["lr"] = 0.5
    loss = layer(torch.tensor([3.0, 4.0]))
    loss.backward()
    expect.close(layer.weight.grad, [3.0, 4.0])
    opt.step()
    expect.close(layer.weight.detach(), [-1.5, -2.0])
    expect.true(layer.weight.element_size() == 4 and layer.weight.shape == (2,), "float32")

def contains(student, expect):
    """The object's own methods, whatever Python it is made of."""
    shelf = student.m.Shelf([3, 1])
    expect.true(len(shelf) == 2 and bool(shelf) and 30 in shelf and 3 not in shelf, "own")
    expect.equal(shelf[0], 30)
    expect.equal([*shelf], [30, 10])
    expect.true(not student.m.Shelf([]), "empty")

def enters(student, expect):
    """`with`, calls, what is left open."""
    log = student.m.Log()
    with log as same:
        same("a")
        expect.equal(log.open, True)
    expect.equal([log.open, log.lines], [False, ["a"]])

def hands_methods(student, expect):
    """A bound method is an argument."""
    bowl = student.m.Bowl(2.0)
    expect.close(student.m.minimise(bowl, bowl.slope), 2.0)
    expect.close(student.m.minimise(bowl, gradient=bowl.slope), 2.0)
'''
RIGHT = """
class Layer0:
    def __init__(self): self.bias = {"b": 1}
class Net:
    name = "net"
    def __init__(self, d):
        self.params, self.scale, self.layers = {"W": np.zeros(d), "b": 0}, 1.0, [Layer0()]
    @property
    def width(self): return len(self.params["W"])
    def scores(self): return self.scale * self.params["W"]
class Layer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(2))
    def forward(self, x): return x @ self.weight
def optimiser(parameters): return torch.optim.SGD(parameters, lr=1.0)
class Shelf:
    def __init__(self, items): self.items = [10 * item for item in items]
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i]
class Log:
    def __init__(self): self.lines, self.open = [], False
    def __enter__(self):
        self.open = True
        return self
    def __exit__(self, *_): self.open = False
    def __call__(self, line): self.lines.append(line)
class Bowl:
    def __init__(self, middle): self.middle = middle
    def slope(self, x): return x - self.middle
def minimise(bowl, gradient):
    x = 0.0
    for _ in range(100): x -= 0.5 * gradient(x)
    return x
"""
OTHER = (
    RIGHT
    + """
class Params(dict):
    def __setitem__(self, name, value): super().__setitem__(name, np.asarray(value, float))
class Net(dict):
    __slots__ = ("params", "_scale", "layers")
    name = "net"
    def __init__(self, d):
        super().__init__(a=1)
        self.params, self.scale, self.layers = Params(W=np.zeros(d), b=0), 1, (Layer0(),)
    scale = property(lambda self: self._scale, lambda self, value: setattr(self, "_scale", float(value)))
    width = property(lambda self: self.params["W"].shape[0])
    def scores(self): return self.params["W"] * self.scale
class Shelf(list):
    def __getitem__(self, i): return 10 * super().__getitem__(i)
    def __iter__(self): return (10 * item for item in super().__iter__())
    def __contains__(self, item): return any(item == here for here in self)
class Bowl(torch.nn.Module):
    def __init__(self, middle):
        super().__init__()
        self.middle = middle
    def slope(self, x): return x - self.middle
class Log(list):
    open = False
    lines = property(list)
    def __enter__(self):
        self.open = True
        return self
    def __exit__(self, *_): self.open = False
    def __call__(self, line): self.append(line)
"""
)


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    """The checks above, ready."""
    return load_assignment(write_course(tmp_path_factory.mktemp("objects"), CHECKS, RIGHT), "small")


@pytest.mark.parametrize("source", [RIGHT, OTHER], ids=["plain", "derived"])
def test_objects_act_as_they_do(objects, sandbox, source):
    """Whatever they derive from."""
    found = graded(objects, source, sandbox)
    assert {one.id: one.feedback for one in found.values() if one.status != "passed"} == {}


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ("class Net(Net):\n    params = property(lambda self: {**self._p}, lambda self, p: setattr(self, '_p', p))", "sets"),
        ("class Log(Log):\n    def __exit__(self, *_): pass", "enters"),
        ("class Shelf(Shelf):\n    def __len__(self): raise ValueError('uncounted')", "contains"),
        ("class Net(Net):\n    def __setattr__(self, n, v):\n        if n == 'scale' and v == 3: raise ValueError('no')\n"
         "        object.__setattr__(self, n, v)", "sets"),
        ("del Layer.forward", "optimises"),
    ],
)  # fmt: skip
def test_what_is_wrong_costs_its_own_check(objects, sandbox, change, lost):
    """And is the student's: an exception of a setter of theirs, too."""
    found = graded(objects, f"{RIGHT}\n{change}\n", sandbox)
    assert {one.id for one in found.values() if one.status != "passed"} == {lost}
    assert found[lost].status in ("failed", "error")
    if "ValueError" in change:
        assert "ValueError" in found[lost].feedback
        assert "m.py, line" in found[lost].feedback


ARGUMENTS = {
    "np.float32": "value is np.float32",
    'np.dtype("int64")': 'value == np.dtype("int64") and isinstance(value, np.dtype)',
    "float": "value is float",
    "torch.bfloat16": "value is torch.bfloat16",
    'torch.device("cpu")': 'value == torch.device("cpu")',
    "[np.float32, (torch.float64, {'d': int})]": "value == [np.float32, (torch.float64, {'d': int})]",
    "np.tanh": "value is np.tanh",
    "math.tanh": "value is math.tanh",
    "torch.tanh": "value is torch.tanh",
    "torch.nn.functional.relu": "value is torch.nn.functional.relu",
    "torch.nn.functional.conv2d": "value is torch.nn.functional.conv2d",
    "torch.nn.GELU": "value is torch.nn.GELU",
    "np.linalg.norm": "value is np.linalg.norm",
    "max": "value is max",
    "ValueError": "value is ValueError",
    "student.m.check": "value is check",
    "student.m.Thing": "value is Thing",
    "[student.m.Thing, student.m.LIMIT]": "value[0] is Thing and value[1] is LIMIT",
    "student.m.Thing.value": "value is Thing.value",
    "student.m.LIMIT": "value is LIMIT",
    'b"ab"': 'value == b"ab" and type(value) is bytes',
    'bytearray(b"ab")': 'type(value) is bytearray and value == b"ab"',
    "{1, 'a', (2, b'b')}": "type(value) is set and value == {1, 'a', (2, b'b')}",
    "frozenset({1})": "type(value) is frozenset",
    "None": "value is None",
    "{(1, 'a'): [1], b'k': {2: ()}, None: 1.5, True: 2}":
        "value == {(1, 'a'): [1], b'k': {2: ()}, None: 1.5, True: 2} and type([*value][0]) is tuple",
    "1 + 2j": "value == 1 + 2j and type(value) is complex",
    "slice(1, None)": "value == slice(1, None)",
    "...": "value is ...",
    "torch.ones(2)": "isinstance(value, torch.Tensor)",
    "[np.ones(2), (1, np.zeros(1))]": "type(value[1]) is tuple and type(value[0]) is np.ndarray",
    "np.float64(0.5)": "value == 0.5",
    "torch.Size([2, 3])": "value == (2, 3) and isinstance(value, torch.Size)",
    "np.float32(0.1)": "type(value) is np.float32 and value == np.float32(0.1)",
    "np.uint8(200)": "type(value) is np.uint8 and value == 200",
    'np.datetime64("2026-03-01")': 'value == np.datetime64("2026-03-01") and value.dtype == "datetime64[D]"',
    'np.array(["ab", "c"])': 'value.dtype == "<U2" and list(value == "c") == [False, True]',
    'np.array([1, "a", None], dtype=object)': "value.dtype == object and list(value) == [1, 'a', None]",
    'np.array([("a", 1.5)], dtype=[("name", "U4"), ("mass", "f8")])': 'value["mass"] == 1.5 and value["name"][0] == "a"',
    'np.array(["2026-03-01"], dtype="M8[D]")': 'value.dtype == "M8[D]" and str(value[0]) == "2026-03-01"',
    'np.ones((2, 1), dtype=">f4")': 'value.dtype == ">f4" and value.shape == (2, 1) and value.sum() == 2',
    "np.ones(2, dtype=np.longdouble)": "value.dtype == np.longdouble",
    "np.ma.array([1.0, 2.0], mask=[0, 1])": "value.mask.tolist() == [False, True] and value.sum() == 1",
    "np.asmatrix(np.eye(2))": "type(value) is np.matrix",
    "sparse.csr_array(np.eye(3))": "type(value) is sparse.csr_array and value.nnz == 3",
    "sparse.dok_matrix(np.eye(2))": "type(value) is sparse.dok_matrix and (value.toarray() == np.eye(2)).all()",
    "torch.ones(2, requires_grad=True)": "value.requires_grad and value.is_leaf",
    "torch.nn.Parameter(torch.ones(2))": "type(value) is torch.nn.Parameter and value.requires_grad",
    "torch.ones(2, dtype=torch.bfloat16)": "value.dtype is torch.bfloat16",
    "torch.eye(2).to_sparse()": "value.layout is torch.sparse_coo",
    "torch.nn.Linear(2, 1, bias=False)": "type(value) is torch.nn.Linear and value(torch.ones(3, 2)).shape == (3, 1)",
    "torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU()).eval()": "len(value) == 2 and not value.training",
    "torch.distributions.Normal(0.0, 2.0)": "value.stddev == 2",
    "np.random.default_rng(7)": "value.normal() == np.random.default_rng(7).normal()",
    "used(np.random.default_rng(7))": "value.normal() == used(np.random.default_rng(7)).normal()",
    "np.random.RandomState(7)": "value.normal() == np.random.RandomState(7).normal()",
    "random.Random(7)": "value.random() == random.Random(7).random()",
    "torch.Generator().manual_seed(7)": "torch.rand(1, generator=value) == torch.rand(1, generator=torch.Generator().manual_seed(7))",
    "datetime.date(2026, 3, 1)": "value == datetime.date(2026, 3, 1)",
    "datetime.datetime(2026, 3, 1, 4, tzinfo=datetime.timezone.utc)": "value.tzinfo is datetime.timezone.utc",
    "datetime.timedelta(days=3)": "value == datetime.timedelta(days=3)",
    'decimal.Decimal("0.1")': 'value == decimal.Decimal("0.1") and type(value) is decimal.Decimal',
    "fractions.Fraction(1, 3)": "type(value) is fractions.Fraction and value == fractions.Fraction(1, 3)",
    'pathlib.Path("data/x.csv")': 'isinstance(value, pathlib.Path) and value.name == "x.csv"',
    're.compile("a+", re.I)': 'value.match("AA") is not None',
    "range(1, 9, 2)": "value == range(1, 9, 2)",
    "iter([1, 2])": "list(value) == [1, 2]",
    'collections.Counter("aab")': "type(value) is collections.Counter and value['c'] == 0",
    "collections.OrderedDict(a=1)": "type(value) is collections.OrderedDict",
    "collections.defaultdict(list, a=[1])": "value['b'] == [] and value['a'] == [1]",
    "collections.deque([1, 2], maxlen=2)": "value.maxlen == 2 and list(value) == [1, 2]",
    'io.StringIO("a\\nb")': 'value.readline() == "a\\n"',
    'io.BytesIO(b"ab")': 'value.read() == b"ab"',
    "functools.partial(np.sum, axis=0)": "value(np.ones((2, 3))).shape == (3,)",
    "functools.partial(student.m.check, n=0)": "value.func is check",
    "operator.itemgetter(1)": "value([3, 4]) == 4",
    "scipy.special.expit": "value is scipy.special.expit",
    "scipy.stats.norm": "value is scipy.stats.norm",
    "np.random.normal": "value is np.random.normal",
    "np.add.reduce": "value([1, 2]) == 3",
    '"abc".upper': 'value() == "ABC"',
    "np": "value is np",
    "torch.strided": "value is torch.strided",
    'ValueError("told")': "isinstance(value, ValueError) and str(value) == 'told'",
}  # fmt: skip


IMPORTS = """import collections, datetime, decimal, fractions, functools, io, operator, pathlib, random, re
import scipy.special, scipy.stats
from scipy import sparse

def used(generator):
    generator.normal()
    return generator

"""


def test_arguments_arrive_as_themselves(tmp_path, sandbox, monkeypatch):
    """dtypes, devices, functions and classes of libraries and of the student's, and whatever may be read."""
    # What Dask uses registers a way to copy every exception with its traceback.
    monkeypatch.setitem(copyreg.dispatch_table, ValueError, lambda told: (print, (told, "with its traceback")))
    lines = [f"    expect.equal(m.check({sent}, {n}), True, why={sent!r})" for n, sent in enumerate(ARGUMENTS)]
    check = (
        IMPORTS
        + 'def arrive(student, expect):\n    """They arrive."""\n    torch.manual_seed(0)\n    m = student.m\n'
        + "\n".join(lines)
    )
    holds = ", ".join(f"lambda value: {condition}" for condition in ARGUMENTS.values())
    reference = (
        f"{IMPORTS}LIMIT = (1, 'limit')\nclass Thing:\n    value = lambda self: 1\n"
        f"HOLDS = [{holds}]\ndef check(value, n): return bool(HOLDS[n](value))\n"
    )
    found = verdict(tmp_path, sandbox, check, reference)
    assert found.status == "passed", found.feedback


# What the model answer returns, and what a student's function finds when that is handed to it.
RETURNED = {
    "(1, [2, (3,)])": "value == (1, [2, (3,)])",
    "[(b'a', b'b'), (b'c', b'd')]": "(b'c', b'd') in value and type(value) is list",
    "{'k': (1, 2), 3: [4]}": "value == {'k': (1, 2), 3: [4]}",
    "{(1, 2): ('a',), None: [()]}": "value == {(1, 2): ('a',), None: [()]}",
    "((i, 2 * i) for i in range(3))": "value == [(0, 0), (1, 2), (2, 4)]",
    "torch.ones(2, dtype=torch.float64)": "type(value) is torch.Tensor and value.dtype is torch.float64",
    "(torch.ones(2).bfloat16(), np.ones(2))": "value[0].dtype is torch.bfloat16 and type(value[1]) is np.ndarray",
    "np.ones((2, 3), np.float32)": "type(value) is np.ndarray and value.dtype == np.float32",
    "[1.0, 2.0]": "value == [1.0, 2.0] and type(value) is list",
    "'text'": "value == 'text'",
    "set([(1, 2)])": "value == {(1, 2)}",
}


def test_what_the_model_answer_returned_arrives_as_it_was(tmp_path, sandbox):
    """A tuple is none of the lists that data is read as, a tensor no array."""
    lines = [f"    expect.equal(student.m.check(reference.m.made({n}), {n}), True)" for n in range(len(RETURNED))]
    check = 'def arrive(student, expect, reference):\n    """They arrive."""\n' + "\n".join(lines)
    makes = ", ".join(f"lambda: {made}" for made in RETURNED)
    holds = ", ".join(f"lambda value: {condition}" for condition in RETURNED.values())
    model = (
        f"{IMPORTS}MAKES = [{makes}]\nHOLDS = [{holds}]\ndef made(n): return MAKES[n]()\n"
        "def check(value, n): return bool(HOLDS[n](value))\n"
    )
    found = verdict(tmp_path, sandbox, check, model)
    assert found.status == "passed", found.feedback


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("lambda x: x", "argument 2 of m.f"),
        ("[1, lambda x: x]", "item 1 of argument 2 of m.f"),
        ("own", "own"),
        ("Own", "provided/"),
        ("Own()", "provided/"),
        ("{'a': Own}", "argument 2 of m.f['a']"),
        ("(i for i in [1])", "pass a list"),
        ("round_about()", "holds itself"),
        ("reference.m.Thing()", "an object of type"),
    ],
)
def test_what_cannot_be_sent_is_told_by_its_place(tmp_path, sandbox, sent, told):
    """When the rubric is loaded, with a way out."""
    check = (
        "def own(x): return x\nclass Own: pass\n"
        "def round_about():\n    net = torch.nn.ReLU()\n    net.of = [net]\n    return net\n"
        f'def sends(student, expect, reference):\n    """It is sent."""\n    expect.equal(student.m.f(1, {sent}), 1)\n'
    )
    with pytest.raises(GraderError) as error:
        verdict(tmp_path, sandbox, check, "class Thing: pass\ndef f(a, b): return 1\n")
    assert told in str(error.value)


def test_all_that_is_done_with_an_object_is_shown(objects, sandbox):
    """The line that fails may rest on methods that were called before it."""
    found = graded(objects, f"{RIGHT}\nclass Log(Log):\n    def __exit__(self, *_): pass\n", sandbox)["enters"]
    lines = found.counterexample.call.splitlines()
    assert "log.__exit__(None, None, None)" in lines
    assert lines[0] == "log = m.Log()"


def test_a_name_is_what_stands_there_now(monkeypatch):
    """A thing that a library no longer holds bears its name no longer, and what takes its place in memory does not."""
    thing = np.random.default_rng(1)
    monkeypatch.setattr(np, "thing", thing, raising=False)
    _named_somewhere.cache_clear()
    assert name_of(thing) == ("numpy", "thing")
    monkeypatch.delattr(np, "thing")
    assert name_of(thing) is None
    _named_somewhere.cache_clear()


def test_an_object_that_is_never_made_is_told_as_what_it_is(mini, sandbox):
    """The function that hung is named, and not what was asked of its result."""
    source = (MINI.reference("mini") / "m.py").read_text().replace("return torch.nn.Linear(3, 2)", "while True: pass")
    result = grade(mini, Submission("ana", {"m.py": source.encode()}), sandbox)
    [found] = [one for one in result.verdicts if one.id == "model_is_right"]
    assert found.status == "timeout"
    assert re.match(r"m\.py, line \d+, in build: no answer within", found.feedback)
