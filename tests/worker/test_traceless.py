"""Code of which it is beyond doubt that it leaves nothing in its process, and all other code."""

from __future__ import annotations

import ast

import numpy as np
import pytest
import torch

from grader.worker import quiet_names
from grader.worker import traceless as module
from grader.worker.traceless import traceless
from tests.grading.test_separation import LEAKS

__all__ = ["np", "torch"]
HEAD = '"""Question 1."""\nfrom __future__ import annotations\nimport math\nimport numpy as np\nimport torch\nfrom torch import nn\n'
QUIET = {
    "a function": "def f(x, n=3, *, eps=1e-8):\n    return np.sqrt(x + eps) * n",
    "loops and items of its own": "def f(x):\n    out = np.zeros(3)\n    for i in range(3):\n        out[i] += x[i]\n    return out",
    "a list": "def f(x):\n    seen = []\n    seen.append(x)\n    return [s.sum() for s in seen if len(seen) > 1]",
    "constants": "EPS, N = 1e-8, -3\nSIZES = (1, (2, 3))\nDTYPE = torch.float64\nF = torch.nn.functional\nhalf = lambda x: x / 2",
    "a class": "class A:\n    k = 3\n    def __init__(self, w):\n        super().__init__()\n        self.w = w\n    def f(self, x):\n        self.w[0] = x\n        return self.w @ x",
    "a module of torch's": "class Net(nn.Module):\n    def __init__(s):\n        super().__init__()\n        s.act = nn.ReLU()\n    def forward(s, x):\n        return s.act(x)",
    "a dataclass": "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: float = 0.0\n    def f(self): return self.x",
    "a closure": "def f(x):\n    n = 0\n    def g(y):\n        nonlocal n\n        n += 1\n        return y + n\n    return g(x)",
    "gradients": "@torch.no_grad()\ndef f(w):\n    with torch.enable_grad():\n        (w * w).sum().backward()\n    return w.grad",
    "what is asked of a class": "def f(x: np.ndarray) -> torch.Tensor | None:\n    return isinstance(x, (np.ndarray, torch.Tensor))",
    "errors": "def f(x):\n    try:\n        assert x > 0\n    except AssertionError as error:\n        raise ValueError(f'{x}') from error",
    "what runs by hand": "if __name__ == '__main__':\n    np.random.seed(0)\n    print(open('x'))",
    "kinds": "N: int = 3\nX: 'list[int]' = ()\ndef f(x: np.ndarray | None, *y: tuple[int, ...], **z: 'A') -> list[float]:\n    n: int = 3\n    return [n]",
    "names that are for all": "__all__ = ['f']\ndef f(x):\n    return x",
    "imports within": "def f(x):\n    import statistics\n    from functools import reduce\n    return statistics.fmean(x)",
    "another module of its own": "from other import g\ndef f(x):\n    return g(x)",
    "the same, by a dot": "from . import other\ndef f(x):\n    return other.g(x)",
}
LOUD = {
    **{f"{name}, at import": f"import os, random, sys, warnings\n{line}" for name, line in LEAKS.items()},
    **{
        f"{name}, in a call": f"def f(x):\n    import os, random, sys, warnings\n    {line}"
        for name, line in LEAKS.items()
    },
    "a global": "n = 0\ndef f(x):\n    global n\n    n += 1\n    return n",
    "a list of the module's": "seen = []\ndef f(x):\n    seen.append(x)",
    "an array of the module's": "W = np.zeros(3)\ndef f(x):\n    W[0] = x",
    "an item of a name of the module's": "T = (1, 2)\ndef f(x):\n    T[0] = x",
    "a default": "def f(x, seen=[]):\n    seen.append(x)",
    "a default of a lambda": "f = lambda x, seen=[]: seen.append(x)",
    "an attribute of a function": "def f(x):\n    f.n = x",
    "an attribute of a class": "class A:\n    n = 0\n    def f(self):\n        A.n += 1",
    "an attribute of a class, by the object": "class A:\n    n = 0\n    def f(self):\n        type(self).n = 1",
    "an attribute of a class, by its own name": "class A:\n    @classmethod\n    def f(cls):\n        cls.n = 1",
    "a list of a class's": "class A:\n    seen = []\n    def f(self):\n        self.seen.append(1)",
    "an object that is another": "class A:\n    def f(self):\n        self = torch\n        self.n = 1",
    "an object that is imported": "class A:\n    def f(self):\n        import torch as self\n        self.n = 1",
    "an object that is caught": "class A:\n    def f(self):\n        try:\n            pass\n        except ValueError as self:\n            self.n = 1",
    "a module of its own that is another": "import other\ndef f(x):\n    other = np\n    other.seterr(all='raise')",
    "a module of its own that is handed over": "import other\ndef f(other):\n    other.seterr(all='raise')\ndef g():\n    f(np)",
    "a module of its own that is imported over": "import other\ndef f(x):\n    import numpy as other\n    other.seterr(all='raise')",
    "a part of a module of its own": "import other\ndef f(x):\n    other.n = 1",
    "a library by way of a module of its own": "import other\ndef f(x):\n    other.np.seterr(all='raise')",
    "an object that an inner function is given": "class A:\n    def f(self):\n        def g(self):\n            self.n = 1\n        g(torch)",
    "a static method": "class A:\n    @staticmethod\n    def f(other):\n        other.n = 1",
    "a cache": "import functools\n@functools.lru_cache\ndef f(x):\n    return x",
    "a decorator of its own": "def kept(g):\n    seen = []\n    return lambda x: seen.append(x)\n@kept\ndef f(x):\n    return x",
    "a call at the top": "import itertools\ncount = itertools.count()\ndef f(x):\n    return next(count)",
    "a call in a class": "class A:\n    w = np.zeros(3)",
    "a part of a library": "def f(x):\n    nn.functional.relu = lambda y: y",
    "a part of a library, by another name": "def f(x):\n    n = torch.nn\n    n.ReLU.n = 1",
    "text that names": "def f(x):\n    return getattr(np, 'seterr')(all='raise')",
    "operators that name": "import operator\ndef f(x):\n    return operator.attrgetter('seterr')(np)",
    "what is inside": "def f(x):\n    np.__dict__['n'] = 1",
    "a name that hides one": "from numpy import seterr as add\ndef f(x):\n    add(all='raise')",
    "a library that hides one": "import numpy.random as math\ndef f(x):\n    return math.rand()",
    "a name of its own like one of effect": "class A:\n    def seed(self): pass\ndef f(x):\n    np.random.seed(1)",
    "a part of its own like one of effect": "class A:\n    def __init__(self):\n        self.set_default_dtype = 1\ndef f(x):\n    torch.set_default_dtype(x)",
    "a method of its own like one of a tensor's": "class A:\n    def normal_(self): pass\ndef f(x):\n    return x.normal_()",
    "numbers at random": "def f(x):\n    return np.random.default_rng().normal()",
    "weights at random": "def f():\n    return nn.Linear(2, 3)",
    "memory as it is": "def f():\n    return np.empty(3)",
    "memory as it is, by its class": "def f():\n    return np.ndarray((3,))",
    "memory as it is, by an imported class": "from torch import Tensor\ndef f():\n    return Tensor(3)",
    "memory as it is, by a renamed class": "from torch import Tensor as T\ndef f():\n    return T(3)",
    "memory as it is, where a condition does not hold": "def f(a, b):\n    return np.divide(a, b, where=b != 0)",
    "memory as it is, by arguments that are not named": "def f(a, b, **how):\n    return np.divide(a, b, **how)",
    "memory of others": "def f(x):\n    return np.lib.stride_tricks.as_strided(x, (9,), (8,))",
    "what is printed": "def f(x):\n    print(x)",
    "a file": "def f(x):\n    return open('x').read()",
    "code as text": "def f(x):\n    return eval('x')",
    "all names": "from numpy import *\ndef f(x):\n    return x",
    "a module that nobody has": "import nothing\ndef f(x):\n    return x",
    "a generator in a context": "def f(x):\n    with torch.no_grad():\n        yield x",
    "what runs under its own name": "if __name__ == 'm':\n    np.seterr(all='raise')",
    "a list of names that is worked out": "__all__ = (np.seterr(all='raise'), [])[1]",
    "a kind of an argument that is worked out": "def f(x: np.seterr(all='raise')):\n    return x",
    "a kind of a result that is worked out": "def f(x) -> np.seterr(all='raise'):\n    return x",
    "a kind of a name that is worked out": "n: np.seterr(all='raise') = 1",
    "a kind of a part that is worked out": "class A:\n    def f(self):\n        self.n: np.seterr(all='raise') = 1",
    "a base that is made": "def made():\n    seen = []\n    class B:\n        def f(self): return seen\n    return B\nclass A(made()):\n    pass",
    "a decorator that is called as one of Python's": "def property(g):\n    seen = []\n    return lambda self: seen\nclass A:\n    @property\n    def f(self): return 1",
    "one object for all": "class A:\n    one = None\n    def __new__(cls):\n        cls.one = cls.one or super().__new__(cls)\n        return cls.one",
    "a metaclass": "class A(metaclass=type):\n    pass",
    "what else runs by hand": "if __name__ == '__main__':\n    pass\nelse:\n    np.seterr(all='raise')",
    "what is no Python": "def f(:",
    "a module of its own that leaves one": "import noisy\ndef f(x):\n    return noisy.g(x)",
    "the same, by way of another": "import between\ndef f(x):\n    return between.g(x)",
}
OTHERS = {
    "other.py": "import numpy as np\ndef g(x): return np.sum(x)\n",
    "noisy.py": "seen = []\ndef g(x): return seen\n",
    "between.py": "import noisy\ndef g(x): return noisy.g(x)\n",
}


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_what_leaves_nothing_is_known(body):
    """As students write."""
    assert traceless({"m.py": f"{HEAD}{body}\n", **OTHERS}, ["m"]) == ["m"]


@pytest.mark.parametrize("body", LOUD.values(), ids=LOUD)
def test_what_may_leave_something_is_in_doubt(body):
    """Whatever it does, also by another name."""
    assert traceless({"m.py": f"{HEAD}{body}\n", **OTHERS}, ["m"]) == []


def test_modules_that_import_each_other_are_read_once():
    """And none that is not there."""
    sources = {"a.py": "import b\nN = 1\n", "b.py": "import a\nN = 2\n", "c.py": "import a\nx = []\n"}
    assert traceless(sources, ["a", "b", "c", "d"]) == ["a", "b"]


def test_own_names_of_pythons_are_read_as_the_submissions():
    """A file called as a library is what an import finds."""
    assert traceless({"m.py": "import math\n", "math.py": "x = []\n"}, ["m"]) == []
    assert traceless({"m.py": "import math\n", "math.py": "x = 1\n"}, ["m"]) == ["m"]


def test_what_python_may_get_to_know_is_in_doubt():
    """Kinds of statements that are on no list."""
    known = {kind.__name__ for kind in module._PLAIN} | {
        "Name", "Attribute", "Subscript", "AnnAssign", "Import", "ImportFrom", "FunctionDef", "Lambda", "ClassDef",
    }  # fmt: skip
    others = {"Global", "Yield", "YieldFrom", "Await", "AsyncFunctionDef", "AsyncFor", "AsyncWith", "Match", "Delete"}
    assert not others & known
    kinds = {name for name in dir(ast) if isinstance(getattr(ast, name), type)}
    assert known <= kinds


@pytest.mark.parametrize("source", ["(" * 3000, "x = 1 + " * 5000 + "1", "\0", b"\xff\xfe", "x = " + "'a'" * 60_000])
def test_what_cannot_be_read_is_in_doubt(source):
    """It is no Python, or too much of it."""
    assert traceless({"m.py": source}, ["m"]) == []


def test_no_name_on_the_list_sets_a_state():
    """Names that libraries give to what sets, seeds, draws and registers."""
    words = ("set_", "seed", "manual", "rand", "use_", "default_", "enable_", "init", "load", "save", "empty", "resize")
    allowed = {"enable_grad", "load_state_dict", "defaultdict"}
    assert [name for name in sorted(quiet_names.NAMES - allowed) if name.startswith(words)] == []
