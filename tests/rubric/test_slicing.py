"""What some names of a file need: all of it, and nothing else."""

from __future__ import annotations

import ast

import pytest

from grader.rubric.dependencies import Slices

SOURCE = '''"""A file."""
import math
import numpy as np

np.seterr(all="ignore")
LOW, HIGH = 1, 2
OTHER = 3


def sizes():
    return range(LOW, HIGH)


class Numbers:
    def __init__(self):
        self.rng = math.pi


@decorated(OTHER)
def check(student):
    return sizes()


def alone():
    return Numbers()
'''


@pytest.mark.parametrize(
    ("name", "there", "not_there"),
    [
        ("sizes", ["LOW, HIGH"], ["OTHER", "Numbers", "import math"]),
        ("check", ["LOW, HIGH", "def sizes", "@decorated(OTHER)\ndef check", "OTHER = 3"], ["Numbers", "alone"]),
        ("alone", ["class Numbers", "import math"], ["OTHER", "sizes"]),
        ("unknown", [], ["def ", "class"]),
    ],
)
def test_a_slice_has_what_is_needed(name, there, not_there):
    """Definitions come with what they rest on; statements that act always come."""
    text = Slices(SOURCE).of([name])
    assert "np.seterr" in text
    assert "import numpy as np" in text
    for part in there:
        assert part in text
    for part in not_there:
        assert part not in text


def test_a_slice_changes_with_what_it_rests_on_alone():
    """A constant that a helper of a helper uses is part of the slice; another function is not."""
    before = Slices(SOURCE).of(["check"])
    assert Slices(SOURCE.replace("1, 2", "1, 3")).of(["check"]) != before
    assert Slices(SOURCE.replace("Numbers()", "None")).of(["check"]) == before


@pytest.mark.parametrize("hidden", ["from strategies import *", "globals()['x'] = 1"])
def test_hidden_names_keep_everything(hidden):
    """Where names cannot be seen, nothing is left out."""
    text = Slices(SOURCE + hidden).of(["sizes"])
    assert "class Numbers" in text
    assert hidden in text


def test_the_tree_of_some_names_keeps_each_statement_on_its_line():
    """So that an error in it is told with the line of the file."""
    whole = {getattr(node, "name", ""): node.lineno for node in ast.parse(SOURCE).body}
    kept = {getattr(node, "name", ""): node.lineno for node in Slices(SOURCE).tree({"sizes"}).body}
    assert kept["sizes"] == whole["sizes"]
    assert "check" in whole.keys() - kept.keys()


DRAWN = """from hypothesis import given, settings
import hypothesis.strategies as st
import numpy as np

NUMBERS = st.floats(0, 1)


@settings(deadline=None)
@given(x=NUMBERS)
@kept
def check(student, x):
    np.sum(x)


@given(x=NUMBERS)
def bare(student, x):
    return x
"""


def test_a_check_is_cut_without_what_draws_its_cases():
    """Where the cases are known: hypothesis and the strategies stay away, other decorators do not."""
    slices = Slices(DRAWN, with_drawing=False)
    text = ast.unparse(slices.tree(["check"]))
    assert "@kept\ndef check" in text
    assert "import numpy" in text
    assert not any(word in text for word in ("hypothesis", "given", "NUMBERS", "settings"))
    assert slices.function("bare").name == "bare"
    assert slices.function("check") is None  # a decorator of its own may make anything of it
    assert "@given" in ast.unparse(Slices(DRAWN).tree(["bare"]))
