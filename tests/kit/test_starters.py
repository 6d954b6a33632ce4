"""What students begin with: signatures that can be filled in as they stand."""

from __future__ import annotations

import pytest

from grader.kit.starters import starters

MODEL = '''
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import NamedTuple
from .own import Thing

@dataclass(frozen=True)
class Point:
    """In the plane."""
    x: float
    y: float = 0.0
    others: list = field(default_factory=list)
    thing: Thing = Thing()

    @classmethod
    def origin(cls, n=2):
        return cls(0.0)

    @staticmethod
    def made(of):
        return of

    @property
    def r(self):
        return self.x

    @cached_property
    def norm(self):
        return 1

    def __add__(self, other):
        return 1

    def __rmul__(self, other):
        return 1

    def __repr__(self):
        return "secret"

    def _helper(self):
        return "secret"

class Mode(Enum):
    READ = 1

class Pair(NamedTuple):
    first: int
    second: int = 2

class Far(Point):
    def far(self):
        return 1

class Words:
    least = "secret"

    def __init__(self, lines):
        self.lines = lines

    def __len__(self):
        return 3

    def __contains__(self, word):
        return True
'''


@pytest.fixture(scope="module")
def begun():
    """The names of a starter, run as it is; and its text."""
    called = [f"m.{name}" for name in ("Point", "Mode", "Pair", "Far", "Words")]
    text = starters({"m.py": MODEL}, called, {}, "See it.")["m.py"]
    names: dict[str, object] = {"__name__": "m"}
    exec(compile(text, "m.py", "exec", dont_inherit=True), names)
    return names, text


def test_methods_are_called_as_the_model_answers_are(begun):
    """A class method gets its class, a static one nothing, a property is read."""
    names, _ = begun
    kinds = {name: type(vars(names["Point"])[name]).__name__ for name in ("origin", "made", "r", "norm", "__add__")}
    assert kinds == {
        "origin": "classmethod", "made": "staticmethod", "r": "property", "norm": "cached_property", "__add__": "function"
    }  # fmt: skip
    for unwritten in (names["Point"].origin, lambda: names["Point"].made(1), lambda: 2 * names["Point"](1.0)):
        with pytest.raises(NotImplementedError):
            unwritten()


def test_fields_and_members_are_there(begun):
    """They are what a class's users see."""
    names, _ = begun
    assert (names["Point"](3.0).x, names["Point"](1.0).others, names["Mode"].READ.value) == (3.0, [], 1)
    assert names["Pair"](5) == (5, 2)
    assert issubclass(names["Far"], names["Point"]), "which is handed out as well"


@pytest.mark.parametrize("name", ["__init__", "__len__", "__contains__"])
def test_what_a_class_is_asked_by_is_to_be_written(begun, name):
    """Operators as well as methods."""
    with pytest.raises(NotImplementedError):
        getattr(begun[0]["Words"], name)(None, *[None][: name != "__len__"])


def test_how_the_model_answer_is_made_stays_its_own(begun):
    """No helper, no value, no module of its own."""
    _, text = begun
    assert not {"secret", "_helper", "__repr__", "Thing", "own"} & set(text.replace("(", " ").split())
    assert "    ...\n" not in text, "a class that has something in it needs nothing in the place of it"
