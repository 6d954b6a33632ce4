"""Replies as numbers: type first, then shape; values are somebody else's."""

from __future__ import annotations

import numpy as np
import pytest

from grader.model.arrays import Mismatch, as_array, in_shape
from grader.model.outcome import Handle


@pytest.mark.parametrize(
    "data", [2, 2.0, True + 1, [2], [2.0], np.array([2]), np.array(2.0, np.float32), np.uint8(2), 2 + 0j]
)
def test_a_scalar_is_a_scalar_however_it_is_held(data):
    """A number, a 0-d array and an array of shape (1,) are the same scalar."""
    assert in_shape(data, ()) == 2


@pytest.mark.parametrize(
    "data",
    [
        None,
        "2",
        "a",
        [1, [2]],
        [None],
        ["1"],
        {"a": 1},
        b"2",
        Handle("torch.Foo", ""),
        [[1, 2], [3]],
        [1, "a"],
        np.array(["1"]),
        np.str_("1"),
    ],
)
def test_what_is_no_numbers_is_said_to_be_none(data):
    """Text that looks like a number is not one."""
    with pytest.raises(Mismatch, match="returned"):
        as_array(data)


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (1.0, (1,)), ([1.0], (1, 1)), ([[1.0]], ()), (np.zeros((0, 3)), (2, 3)), (np.zeros(4), (2, 2)),
        (np.zeros((2, 1)), (2,)), ([], ()), (np.zeros((1, 1)), ()),
    ],
)  # fmt: skip
def test_shapes_are_never_broadcast(data, shape):
    """An array-valued answer has the stated shape exactly."""
    with pytest.raises(Mismatch, match="expected"):
        in_shape(data, shape)


def test_integers_beyond_64_bits_are_numbers():
    """Python's integers have no end; what is compared is their float64 value."""
    assert as_array([2**70, 1]).tolist() == [2.0**70, 1.0]
