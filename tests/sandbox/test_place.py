"""What is named of code that did not return does not depend on the moment at which it was stopped."""

import pytest

from grader.sandbox.ends import place_of

SOURCE = """\
while waiting:
    pass

def f(y):
    for _ in range(3):
        low = min(y)
        while True:
            left = sum(v <= low for v in y)

            # a remark
            low = g(left)

def g(x):
    for one in x:
        one += 1
    return x
"""


@pytest.mark.parametrize(
    ("frames", "place"),
    [
        ([(8, "<genexpr>"), (8, "f")], (7, "f")),
        ([(8, "f")], (7, "f")),
        ([(11, "f")], (7, "f")),
        ([(7, "f")], (7, "f")),
        ([(15, "g"), (11, "f")], (7, "f")),
        ([(16, "g"), (11, "f")], (7, "f")),
        ([(15, "g")], (14, "g")),
        ([(6, "f")], (5, "f")),
        ([(16, "g")], (16, "g")),
        ([(2, "<module>")], (1, "<module>")),
        ([(99, "<lambda>")], None),
    ],
)
@pytest.mark.parametrize("written", [SOURCE, SOURCE.encode()])
def test_a_loop_is_named_wherever_it_was_stopped(frames, place, written):
    """In a generator, in a function that it calls, or at any of its lines."""
    found = place_of([("m.py", *frame) for frame in frames], {"m.py": written})
    assert place is None or found == ("m.py", *place)


def test_where_nothing_is_known_nothing_is_named():
    """No frame of the submission's; a notebook's cell, whose lines are not the file's."""
    assert place_of([], {}) == ("", 0, "")
    assert place_of([("a.ipynb, cell 2", 3, "<listcomp>"), ("a.ipynb, cell 2", 3, "f")], {"a.ipynb": "{}"}) == (
        "a.ipynb, cell 2",
        3,
        "f",
    )
