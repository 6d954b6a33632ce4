"""The wire holds data, exactly, and refuses everything else."""

from __future__ import annotations

import contextlib
import copy
import math
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader import wire
from grader.errors import WireError
from grader.wire import Frames, Mark, NotData, Ref, decode, encode, frame

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=20,
)


@given(plain)
def test_plain_values_come_back_equal(value):
    """None, numbers, text, lists and dictionaries survive the journey."""
    assert decode(encode(value)) == value


@given(st.fractions() | st.decimals(allow_nan=False))
def test_a_number_that_no_float_is_comes_back_as_it_is(value):
    """And is the nearest float to whoever computes with it; copies know it too."""
    back = decode(encode(value))
    assert isinstance(back, float)
    assert back == value or abs(value) > 10**300
    assert np.asarray([back]).dtype == np.float64
    assert back + 0.0 == float(value)
    assert decode(encode({"a": [value], value: {value}})) == {"a": [back], back: frozenset([back])}
    assert copy.deepcopy(back) == pickle.loads(pickle.dumps(back)) == decode(encode(back)) == back


@given(npst.arrays(st.sampled_from(sorted(wire.DTYPES)), npst.array_shapes(min_dims=0, min_side=0)))
def test_arrays_come_back_identical_and_writeable(array):
    """dtype, shape and bytes survive; the copy is the receiver's own."""
    back = decode(encode(array))
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert back.flags.writeable
    assert back.flags.c_contiguous


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(2.5), 2.5),
        (np.array([1, 2], dtype=">i4"), [1, 2]),
        (np.longdouble(3), 3.0),
        (np.array([0.5, 2.0], dtype=">f8"), [0.5, 2.0]),
        (np.array([1 + 2j], dtype=">c16"), [1 + 2j]),
        (np.array([2 + 1j], dtype=np.clongdouble), [2 + 1j]),
        (np.array([2**70, 1], dtype=object), [2**70, 1]),
        (((1, 2), (2.0, 3)), [[1, 2], [2.0, 3]]),
        (range(3), [0, 1, 2]),
        (Fraction(1, 2), 0.5),
        (Decimal("-Infinity"), -math.inf),
        (Decimal("1e-5000"), 0.0),
        (torch.tensor([1.0, 2.0], requires_grad=True), [1.0, 2.0]),
        (torch.tensor(3, dtype=torch.bfloat16), 3.0),
        (torch.eye(2).to_sparse(), [[1.0, 0.0], [0.0, 1.0]]),
        (torch.tensor([1 + 2j]).conj(), [1 - 2j]),
        (torch.tensor([1 + 2j]).conj().imag, [-2.0]),
        (torch.tensor([[1.0, 2.0], [3.0, 4.0]]).T, [[1.0, 3.0], [2.0, 4.0]]),
        (torch.tensor(2.0, dtype=torch.bfloat16, requires_grad=True), 2.0),
        (torch.eye(2, requires_grad=True).to_sparse(), [[1.0, 0.0], [0.0, 1.0]]),
        (np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]), [[1.0, 2.0], [3.0, 4.0]]),
    ],
)
def test_every_usual_holder_of_numbers_is_data(value, expected):
    """Numpy scalars, byte orders, object arrays of ints, tuples, ranges and tensors all count as numbers."""
    back = decode(encode(value))
    assert np.asarray(back).tolist() == expected


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {object(): 2},
        np.array([object()]),
        1 << 20_000,
        "x" * (1 << 21),
        "ŷ" * (1 << 20),
        lambda: 1,
        {object()},
        {("a", object())},
    ],
    ids=lambda value: type(value).__name__,
)
def test_objects_are_not_data(value):
    """What is neither numbers, text nor a container of them is refused by the sender."""
    with pytest.raises(NotData):
        encode(value)


keys = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(keys, st.frozensets(keys, max_size=3) | st.none(), max_size=4))
def test_keys_and_sets_come_back(value):
    """Of any hashable plain data; a set has one encoding, in whatever order it was made."""
    assert decode(encode([value])) == [value]
    for items in value.values():
        in_other_order: set = set()
        in_other_order.update(sorted(items or (), key=repr, reverse=True))
        assert encode(in_other_order) == encode(items or set())


@pytest.mark.parametrize(
    "value", [np.array(["a", "b"]), {np.str_("k"): 1}, {np.int64(3): 1}, bytearray(b"ab"), {"a": {b"x"}}]
)
def test_kinds_of_numpy_and_the_like_come_as_pythons_own(value):
    """What is held is the same."""
    wanted = value.tolist() if isinstance(value, np.ndarray) else bytes(value) if type(value) is bytearray else value
    assert decode(encode(value)) == wanted


@pytest.mark.parametrize(
    "value",
    [
        [Mark.NAME, "os", "system", False], [Mark.MAKE, 1], [Mark.PAIRS, 1], [Mark.PAIRS, [1], 2], [Mark.SET, [1]],
        [1, Mark.SET], Mark.SET, {"a": Mark.TUPLE}, [[Mark.SET, [Mark.MAKE, 1]]],
    ],
)  # fmt: skip
def test_a_reply_names_and_makes_nothing(value):
    """A worker's marks are those of data, and each stands where it means something."""
    with pytest.raises(WireError):
        decode(encode(value))


@given(plain, st.sampled_from([2**70, {"\ud800": 1}, [1, "x" * (2 << 20)], [b"x" * (2 << 20)]]))
def test_what_went_before_leaves_nothing_behind(value, other):
    """A message that could not be written to its end, or was large, changes nothing about the next."""
    with contextlib.suppress(NotData, UnicodeError):
        encode(other)
    assert decode(encode(value)) == value


def test_threads_write_side_by_side():
    """Each gets the bytes of its own value, however they take turns."""
    values = [[Ref(n, n), {"a": [float(n)] * 50}, np.arange(float(n))] for n in range(40)]
    wanted = [encode(value) for value in values]
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(encode, values * 25)) == wanted * 25
    finally:
        sys.setswitchinterval(switch)


def test_depth_is_capped_on_both_sides():
    """Neither the sender nor the receiver follows a nest without end."""
    nest: list = []
    nest.append(nest)
    with pytest.raises(NotData):
        encode(nest)
    with pytest.raises(WireError):
        decode(b"\x91" * 200 + b"\x00")
    with pytest.raises(WireError):
        decode(b"\x91" * 100_000 + b"\x00")


def _array(name, shape, raw):
    return msgpack.packb(msgpack.ExtType(1, msgpack.packb([name, shape, raw])))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc1",
        b"\x01\x02",
        _array("float64", [2], b"\0" * 8),
        _array("float64", [1 << 39, 1 << 39], b"\0" * 8),
        _array("float64", [-1], b""),
        _array("object", [1], b"\0" * 8),
        _array("bool", [1], b"\2"),
        _array("float64", [1] * 40, b"\0" * 8),
        _array("float64", [0, 1 << 62, 1 << 62], b""),
        msgpack.packb(msgpack.ExtType(1, b"")),
        msgpack.packb(msgpack.ExtType(3, b"9" * 60_000)),
        msgpack.packb(msgpack.ExtType(3, b"zz")),
        msgpack.packb(msgpack.ExtType(4, msgpack.packb(["a", 1]))),
        msgpack.packb(msgpack.ExtType(5, b"\0")),
        msgpack.packb(msgpack.ExtType(77, b"")),
        msgpack.packb([{1.5: 0}]),
        msgpack.packb({"a": {None: 0}}),
        b"\xdd\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        "é".encode("latin-1").join([b"\xa1", b""]),
    ],
)
def test_a_malformed_message_is_refused(body):
    """Lying shapes, other dtypes, bool bytes beside 0 and 1, unknown extensions, keys, truncated or trailing bytes."""
    with pytest.raises(WireError):
        decode(body)


@given(st.binary(max_size=200))
def test_no_bytes_can_do_more_than_be_refused(body):
    """Decoding ends in a value or in WireError."""
    with contextlib.suppress(WireError):
        decode(body)


@given(st.lists(st.binary(max_size=30), max_size=6), st.integers(1, 7))
def test_frames_are_cut_however_the_stream_arrives(bodies, chunk):
    """The same messages come out whatever the pieces they come in."""
    stream = b"".join(map(frame, bodies))
    frames = Frames()
    got = [body for at in range(0, len(stream), chunk) for body in frames.feed(stream[at : at + chunk])]
    assert got == bodies
    assert frames.pending == 0


def test_a_header_beyond_the_cap_is_refused_before_its_bytes_come():
    """Nobody can make the judge wait for, or hold, four gigabytes."""
    with pytest.raises(WireError):
        list(Frames().feed(b"\xff\xff\xff\xff"))


def test_references_survive():
    """An object that stays in the worker is named by request and index."""
    assert decode(encode([Ref(3, 4)])) == [Ref(3, 4)]


def test_sets_within_sets_are_bounded_in_depth():
    """As lists within lists are."""
    value = frozenset([1])
    for _ in range(wire.MAX_DEPTH + 1):
        value = frozenset([value])
    with pytest.raises(wire.NotData):
        wire.encode(value)
