"""Grids: what a text shows as a matrix, which cells are marked, how much room they take."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from grader.checks.feedback.python_text import numbers_text
from grader.terminal.grids import marks_of, pictures, rows_of

numbers = st.one_of(st.integers(-99, 99), st.floats(width=32))
shapes = st.tuples(st.integers(1, 5), st.integers(1, 6))


def matrices(shape):
    row = st.lists(numbers, min_size=shape[1], max_size=shape[1])
    return st.lists(row, min_size=shape[0], max_size=shape[0])


def drawn(actual, expected, width=72, **options):
    screen = Console(width=200, file=io.StringIO(), **options)
    lines = pictures(actual, expected, screen, width)
    return None if lines is None else [line.plain.rstrip() for line in lines]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("[[1., 2.], [3., 4.]]", [[1, 2], [3, 4]]),
        ("[1, -2.5]", [[1, -2.5]]),
        ("[[[[1.], [2.]]]]", [[1], [2]]),
        ("[inf, -inf]", [[float("inf"), -float("inf")]]),
        ("3.5", None),
        ("[]", None),
        ("[[]]", None),
        ("[[1., 2.], [3.]]", None),
        ("[[[1.], [2.]], [[3.], [4.]]]", None),
        ("['a', 'b']", None),
        ("[1., 2., …", None),
        ("ValueError: shapes (2,) and (3,)", None),
        ("__import__('os').getcwd()", None),
        ("[" * 5000, None),
    ],
)
def test_a_text_that_shows_a_matrix_is_one(text, rows):
    """Vectors are a row, a batch of one is its content; anything else is left as text, and never run."""
    assert rows_of(text) == rows


@given(shapes.flatmap(matrices))
@settings(max_examples=60, deadline=None)
def test_what_a_counterexample_shows_is_read_back(rows):
    """The texts of counterexamples are the texts that grids read."""
    assert numbers_text(rows_of(numbers_text(rows))) == numbers_text(rows)


def test_marks_are_those_that_the_verdict_counted():
    """Nothing is compared anew; where nobody said which cells were missed, those are that are not the very same."""
    assert marks_of([[1.0, 2.0]], [[1.0, 2.1]], [0]) == [[True, False]]
    assert marks_of([[1.0], [2.0]], [[1.0], [2.5]], []) == [[False], [False]]
    assert marks_of([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0, 4.5]], [3]) == [[False, False], [False, True]]
    assert marks_of([[1.0, 2.0]], [[1.0 + 1e-9, 2.0]], None) == [[True, False]]
    assert marks_of([[float("nan"), 1.0]], [[float("nan"), float("nan")]], None) == [[False, True]]
    assert marks_of([[1.0], [2.0]], [[1.0, 2.0]], [0]) == [[False], [False]]


def test_small_ones_stand_side_by_side():
    """Differing cells carry a sign, not a colour alone."""
    assert drawn([[63.0], [54.0]], [[0.0], [54.0]]) == [
        "got (2, 1)    wanted (2, 1)",
        "[ 63* ]       [  0  ]",
        "[ 54  ]       [ 54  ]",
    ]


def test_a_difference_in_late_digits_can_be_seen():
    """As many digits are shown as it takes."""
    assert drawn([[1.00002]], [[1.00001]])[1] == "[ 1.00002* ]    [ 1.00001  ]"


def test_wide_ones_stand_one_above_the_other_then_become_a_map():
    """Nothing is ever wrapped; what is too wide for a map is left to text."""
    row = [float(n) for n in range(16)]
    stacked = drawn([row], [[*row[:-1], 0.0]])
    assert stacked[0] == "got (1, 16)" and stacked[2] == "wanted (1, 16)"
    wide = [1000.5 + n for n in range(30)]
    assert drawn([wide], [[*wide[:-1], 0.0]])[1] == "··" * 29 + "××"
    assert drawn([wide * 2], [wide * 2]) is None


@given(shapes.flatmap(matrices), shapes.flatmap(matrices), st.integers(12, 100))
@settings(max_examples=100, deadline=None)
def test_no_picture_is_wider_than_its_room(actual, expected, width):
    """For any two matrices and any width."""
    lines = drawn(actual, expected, width) or []
    matrix = [line for line in lines if line[:1] in "[·×"]
    assert all(len(line) <= width for line in matrix)


def test_without_colours_there_are_none():
    """NO_COLOR and pipes get the same picture in plain signs."""
    out = io.StringIO()
    screen = Console(file=out, width=80, force_terminal=True, color_system="truecolor", no_color=True)
    for line in pictures([[63.0]], [[0.0]], screen, 72):
        screen.print(line)
    assert "38;2" not in out.getvalue() and "48;2" not in out.getvalue()
    assert "63*" in out.getvalue()


def test_one_short_row_that_is_too_wide_is_no_map():
    """A map of it says less than its numbers, which are written out, in lines."""
    row = [[0.125 * place for place in range(10)]]
    assert drawn(row, [[0.0] * 10], width=40) is None
    assert drawn(row, [[0.0] * 10], width=100) is not None


def test_of_another_shape_no_map_is_drawn():
    """Every cell would be marked; what differs is the shape."""
    large = [[float(n) / 7 for n in range(12)] for _ in range(6)]
    assert drawn(large, [row[:10] for row in large]) == ["got (6, 12), wanted (6, 10)"]
    assert drawn(large, [[-cell for cell in row] for row in large])[0].startswith("got (6, 12); ××")
