"""What libraries return is data where its text or its parts say all of it, and as strict as other data."""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime
import enum
import pathlib
import types
import uuid

import numpy as np
import pytest
import torch
from scipy import sparse

from grader import wire
from grader.model.data import Difference, canonical, compare, data_text


class Status(enum.Enum):
    """A plain enumeration."""

    OK = "ok"
    BAD = "bad"


@dataclasses.dataclass
class Fit:
    """A record as a function returns it."""

    slope: float
    residuals: np.ndarray


DAY = datetime.date(2026, 3, 1)
# What is returned, what is expected and equals it, and what is expected and does not.
VALUES = {
    "date": (DAY, np.datetime64("2026-03-01"), "2026-03-01"),
    "datetime": (datetime.datetime(2026, 3, 1), DAY, datetime.date(2026, 3, 2)),
    "hour": (np.datetime64("2026-03-01T04:00"), datetime.datetime(2026, 3, 1, 4), DAY),
    "nanoseconds": (np.datetime64("2026-03-01", "ns"), DAY, None),
    "duration": (np.timedelta64(3, "D"), datetime.timedelta(days=3), 3),
    "dates": (np.array([DAY], dtype="M8[D]"), [DAY], [datetime.date(2026, 3, 2)]),
    "two rows of dates": (np.array([[DAY]], dtype="M8[D]"), [[DAY]], [DAY]),
    "member": (Status.OK, Status.OK, "ok"),
    "other member": ([Status.BAD], [Status.BAD], [Status.OK]),
    "path": (pathlib.Path("data/x"), pathlib.PurePosixPath("data/x"), "data/x"),
    "dtype": (torch.float32, np.dtype("float32"), np.float64),
    "scalar type": (np.float32, torch.float32, "float32"),
    "bfloat16": (torch.bfloat16, torch.bfloat16, torch.float32),
    "device": (torch.device("cpu"), torch.device("cpu"), "cpu"),
    "uuid": (uuid.UUID(int=3), uuid.UUID(int=3), uuid.UUID(int=4)),
    "keys": ({DAY: 1, (Status.OK, 2): [3]}, {DAY: 1, (Status.OK, 2): [3]}, {"2026-03-01": 1}),
    "set": ({DAY, Status.OK}, {Status.OK, DAY}, {DAY}),
    "deque": (collections.deque([1, 2]), [1, 2], [2, 1]),
    "keys of a dictionary": ({"a": 1}.keys(), ["a"], ["b"]),
    "values of a dictionary": ({"a": 1.5}.values(), [1.5], [2.5]),
    "items of a dictionary": ({"a": 1}.items(), [("a", 1)], [("a", 2)]),
    "array of Python's": (array.array("d", [1.0, 2.0]), [1.0, 2.0], [1.0]),
    "read-only dictionary": (types.MappingProxyType({"a": 1}), {"a": 1}, {"a": 2}),
    "buffer": (memoryview(b"ab"), b"ab", "ab"),
    "buffer of numbers": (memoryview(np.eye(2)), [[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 1.0]]),
    "record": (Fit(2.0, np.ones(2)), {"slope": 2.0, "residuals": [1.0, 1.0]}, {"slope": 2.0}),
    "fields": (np.array([("a", 1.5)], dtype="U4, f8"), [("a", 1.5)], [("a", 2.5)]),
    "one row of fields": (np.array([("a", 1.5)], dtype="U4, f8")[0], ("a", 1.5), ("b", 1.5)),
    "sparse": (sparse.csr_array(np.eye(2)), np.eye(2), np.ones((2, 2))),
    "sparse matrix": (sparse.dok_matrix(np.eye(2)), [[1, 0], [0, 1]], [1, 0, 0, 1]),
    "sparse tensor": (torch.eye(2).to_sparse(), np.eye(2), np.ones((2, 2))),
    "bfloat16 numbers": (torch.ones(2, dtype=torch.bfloat16), [1.0, 1.0], [1.0, 2.0]),
    "eight bits": (torch.ones(2).to(torch.float8_e4m3fn), [1.0, 1.0], [1.0, 2.0]),
    "masked": (np.ma.array([1, 2], mask=[0, 1]), [1, np.nan], [1, 2]),
}  # fmt: skip


def differs(returned, expected):
    """How a value, after its way to the judge, differs from another; nothing where it does not."""

    def numbers(path, actual, wanted):
        if not np.array_equal(actual, wanted, equal_nan=True):
            raise Difference(path, data_text(actual), data_text(wanted))

    try:
        compare(wire.decode(wire.encode(returned)), canonical(expected), numbers)
    except Difference as difference:
        return str(difference)
    return ""


@pytest.mark.parametrize(("returned", "same", "other"), VALUES.values(), ids=VALUES)
def test_values_of_libraries_are_data(returned, same, other):
    """Equal where Python or numpy would call them so; a text is never what it is the text of."""
    assert differs(returned, same) == ""
    assert differs(returned, other)


def test_what_is_got_and_wanted_is_named():
    """With what kind of thing it is."""
    assert differs(Status.BAD, Status.OK) == "got <member Status.BAD>, expected <member Status.OK>"
    assert differs("2026-03-01", DAY) == "got '2026-03-01', expected <date 2026-03-01>"
    assert differs([1, DAY], [1, "x"]) == "at [1]: got <date 2026-03-01>, expected 'x': it should be a text"


def test_a_sparse_matrix_that_is_large_is_no_data():
    """It stays where it is, instead of becoming all of its zeros."""
    with pytest.raises(wire.NotData):
        wire.encode(sparse.coo_array((1 << 20, 1 << 20)))
