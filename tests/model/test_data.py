"""Plain data: equal as Python compares it, and the first difference in words."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, namedtuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.data import Difference, canonical, compare, data_text

Point = namedtuple("Point", "x y")

keys = st.text(max_size=3) | st.integers() | st.binary(max_size=3) | st.tuples(st.booleans(), st.text(max_size=2))
data = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.binary(max_size=5) | st.frozensets(keys),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def exact(path, actual, expected):
    if not np.array_equal(actual, expected):
        raise Difference(path, str(actual), str(expected))


def differs(actual, expected):
    try:
        compare(actual, canonical(expected), exact)
    except Difference as difference:
        return str(difference)
    return ""


@given(data)
def test_what_is_equal_has_no_difference(value):
    """Whatever it is made of."""
    assert not differs(value, value)
    assert isinstance(data_text(value), str)


@given(data, data)
def test_what_python_calls_unequal_differs(one, other):
    """At least where no list stands for a tuple, no number for a truth value."""
    if repr(canonical(one)) == repr(canonical(other)):
        assert not differs(one, other)
    elif canonical(one) != canonical(other):
        assert differs(one, other)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ((1, "a"), [1, "a"]), ([1, ("a",)], (1, ["a"])), ({1, "a"}, frozenset({"a", 1})), (bytearray(b"a"), b"a"),
        (Counter("aab"), {"a": 2, "b": 1}), (defaultdict(list, a=[1]), {"a": [1]}), (Point(1, "b"), (1, "b")),
        (OrderedDict(b="1", a="2"), {"a": "2", "b": "1"}), (np.bool_(True), True), (np.array(False), False),
        ({np.int64(3): np.str_("x")}, {3: "x"}), (np.array(["a", "b"]), ["a", "b"]), (7.0, 7), (np.int32(7), 7),
        ({"w": np.arange(3)}, {"w": [0, 1, 2]}), ([], []), ((), []), ("", ""), (True, 1), ([1, None], [1.0, None]),
        ({"a": {(1, b"x"): [True, None]}}, {"a": {(1, b"x"): (True, None)}}), (0, 0), (False, 0),
    ],
)  # fmt: skip
def test_alike(actual, expected):
    """Containers of one kind, and numpy's scalars as Python's."""
    assert not differs(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "told"),
    [
        ("deep  nets", "deep nets", "position 5"),
        ("ab", "abc", "it ends at position 2, where 'c' should follow"),
        ("abc", "ab", "'c' is too much"),
        (b"ab", "ab", "got b'ab', expected 'ab'"),
        ("ab", b"ab", "got 'ab', expected b'ab'"),
        (0, None, "got 0, expected None"),
        (None, 0, "got None, expected 0"),
        (0, False, "got 0, expected False"),
        (None, False, "got None, expected False"),
        (False, None, "got False, expected None"),
        (-1, None, "got -1, expected None"),
        ("", None, "got '', expected None"),
        ([1, "a", 3], [1, "b", 3], "at [1]: got 'a', expected 'b'"),
        ([1, "a"], [1, "a", "c"], "item 2 is missing, 'c'"),
        ([1, "a", "c"], [1, "a"], "item 2 is too much, 'c'"),
        ({"a": 1}, {"a": 1, "b": 2}, "key 'b' is missing"),
        ({"a": 1, ("x", b"y"): 2}, {"a": 1}, "key ('x', b'y') is too much"),
        ({"a": {"b": ["x", "y"]}}, {"a": {"b": ["x", "z"]}}, "at ['a']['b'][1]: got 'y', expected 'z'"),
        ({1, 2}, {2, 3}, "item 3 is missing; item 1 is too much"),
        ([1, 2], {1, 2}, "got [1, 2], expected {1, 2}"),
        ("x" * 500 + "a" + "y" * 500, "x" * 500 + "b" + "y" * 500, "position 500"),
        ([[1, 2], [3]], [[1, 2], [3, 4]], "at [1]"),
        ([1, [2, None]], [1, [2, 3]], "at [1][1]: got None, expected 3"),
        ("\u202eabc", "abc", "'\\u202eabc'"),
        ("שלום", "x", "\\u05e9"),
        ("a\x00b", "ab", "'a\\x00b'"),
        ({"a"}, {b"a"}, "item b'a' is missing"),
    ],
)  # fmt: skip
def test_different(actual, expected, told):
    """Got, expected, and where they first differ; short, and readable on a screen."""
    words = differs(actual, expected)
    assert told in words
    assert len(words) < 1000
    assert words.isprintable()
    assert not any("\u0590" <= character <= "\u08ff" for character in words)


@pytest.mark.parametrize("actual", [np.ones(2), [1, 1], np.array([]), np.array([0]), np.eye(2), [[1.0]], "1", [None]])
def test_what_is_not_one_truth_value_differs_from_true(actual):
    """Numbers of any shape are compared with a truth value, none of them is an accident."""
    for expected in (True, False, None):
        with pytest.raises(Difference):
            compare(actual, expected, lambda *_: None)
