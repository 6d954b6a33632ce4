"""Why a module lacks a function, read from its text."""

from __future__ import annotations

import time

import pytest

from grader.worker.lacking import lack


def _lack(source, name="f"):
    return lack(name, (("", source),))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("class A:\n    def f(self): pass\n", "; line 2 defines it within the class A: it has to begin at the left"),
        ("def g():\n    try:\n        def f(): pass\n    except OSError: pass\n", "; line 3 defines it within g"),
        ("if __name__ == '__main__':\n    async def f(): pass\n", "; line 2 defines it under `if __name__"),
        ("match 1:\n    case 1:\n        class B:\n            def f(self): pass\n", "; line 4 defines it within the class B"),
        ("def f(): pass\n", ""), ("def ff(x):\n    def g(): pass\n", ""), ("f = 1  # def f():\ndef g(): pass\n", ""),
        ("from helper import g\n", ""), ("from . import *\n", ""), ("g = lambda: 1\n", ""), ("%time\n", ""),
        ("class Net(Module):\n    def g(self): pass\n    def f(): pass\n", "; line 3 defines it within the class Net"),
        ("def g(x):\n    def f(): pass\n    def h(): pass\n", "; line 2 defines it within g"),
    ],
)  # fmt: skip
def test_one_function_within_something_else_is_named(source, said):
    """What nobody can call by that name, although it is written."""
    found = _lack(source)
    assert found.startswith("has no f" + said)
    assert bool(found.removeprefix("has no f")) == bool(said)


@pytest.mark.parametrize(
    ("holder", "said"),
    [
        ("class Solution:", "they stand within the class Solution, line 3: take out that line and each `self`"),
        ("if '__main__' == __name__:", 'they stand under `if __name__ == "__main__":`, line 3, which is not run'),
        ("def main():", "they stand within main, line 3: let them begin at the left margin"),
    ],
)
def test_what_holds_all_functions_is_one_cause(holder, said):
    """The very same is said of each of them, so that it is told once."""
    source = f"import math\n\n{holder}\n    def f(a): pass\n    def g(b): pass\n"
    assert _lack(source, "f") == _lack(source, "g")
    assert _lack(source).startswith(f"lacks functions that it is asked for; {said}")
    assert _lack(source, "h") == "has no h"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "it is empty"), (" \n\n", "it is empty"), ("# def f():\n#    pass\n", "all its lines are comments"),
        ("import numpy as np\nx = np.zeros(3)\n", "what is to be called stands below `def"),
        ("from math import sqrt\nprint(sqrt(2))\n", "what is to be called stands below `def"),
    ],
)  # fmt: skip
def test_a_module_without_functions_is_one_cause(source, said):
    """Whatever is asked for."""
    assert _lack(source, "f") == _lack(source, "g")
    assert _lack(source).startswith(f"has no functions of its own; {said}")


def test_cells_are_named_where_a_notebook_holds_them():
    """Its lines are counted within a cell."""
    cells = (
        ("cell 1, ", "import math\n"),
        ("cell 4, ", "class Solution:\n    def f(self): pass\n    def g(self): pass\n"),
    )
    assert "they stand within the class Solution, cell 4, line 1:" in lack("f", cells)


@pytest.mark.parametrize("rest", ["", "class A:\n    def f(self): pass\n"])
def test_a_long_module_is_looked_through_in_time(rest):
    """As long as it takes to parse it, and once: each call of a function that is not there asks."""
    source = "x = 1\n" * 80_000 + rest
    started = time.thread_time()
    for _ in range(100):
        _lack(source)
    assert time.thread_time() - started < 5
