"""A prepared check as bytes: it comes back as it was, or is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader import wire
from grader.cache.nodes import node_of, tensor_of, value_of
from grader.checks.check import Reference
from grader.checks.misconceptions.observation import Figures
from grader.checks.plan.packing import pack, packed_evidence, unpack, unpacked_evidence
from grader.errors import WireError

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
made = st.one_of(
    st.complex_numbers(),
    st.fractions(),
    st.decimals(allow_nan=False),
    st.dates(),
    (st.datetimes() | st.times()).filter(lambda moment: not moment.fold),
    st.timedeltas(),
    st.builds(range, st.integers(-9, 9), st.integers(-9, 9)),
    st.binary().map(bytearray),
)
values = st.recursive(
    plain | made,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.integers() | st.text(), inner),
    max_leaves=8,
)


def through_bytes(value):
    return value_of(wire.decode(wire.encode(node_of(value)), tensor=tensor_of))


@given(value=values)
def test_values_come_back_with_their_types(value):
    """Tuples stay tuples, lists lists, keys what they were."""
    assert repr(through_bytes(value)) == repr(value)


@pytest.mark.parametrize("scalar", [np.float64(0.1), np.int32(-3), np.bool_(True), np.float32(1e-3)])
def test_scalars_of_numpy_stay_scalars(scalar):
    """A check that asks for the type of what it drew finds the one it drew."""
    assert type(through_bytes(scalar)) is type(scalar)
    assert through_bytes(scalar) == scalar


def test_arrays_and_tensors_come_back():
    """Arrays keep dtype and shape, a tensor is a tensor again."""
    array, tensor = through_bytes((np.zeros((0, 3), np.float32), torch.arange(4).reshape(2, 2)))
    assert array.dtype == np.float32
    assert array.shape == (0, 3)
    assert torch.equal(tensor, torch.arange(4).reshape(2, 2))


def test_objects_are_refused():
    """What bytes cannot stand for is not kept rather than kept wrongly."""
    for value in (SimpleNamespace(), datetime.now(UTC)):
        with pytest.raises(wire.NotData):
            node_of([value])


def test_checks_come_back(mini):
    """Every check of a course, unpacked, packs to the same bytes and has read-only cases."""
    for check in mini.checks.values():
        data = pack(check)
        back = unpack(data, check.spec, check.function, Reference(check.reference._session))
        assert pack(back) == data
        assert (back.sheet is None) == (check.sheet is None)
        arrays = [value for case in back.cases for value in case.values() if isinstance(value, np.ndarray)]
        assert not any(array.flags.writeable for array in arrays)


@pytest.mark.parametrize("data", [b"", b"\xc0", wire.encode([1, 2]), wire.encode([0] * 10)])
def test_other_bytes_are_refused(mini, data):
    """Bytes that are no check are told from one."""
    check = next(iter(mini.checks.values()))
    with pytest.raises(WireError):
        unpack(data, check.spec, check.function, check.reference)


def test_evidence_comes_back():
    """Numbers, words and nothing, in tuples of tuples."""
    evidence = ((Figures(np.array([1.5, np.nan]), 2.0), None), (("error", "ValueError"), "text", ()))
    [[figures, nothing], words] = unpacked_evidence(packed_evidence(evidence))
    assert np.array_equal(figures.array, [1.5, np.nan], equal_nan=True)
    assert (figures.size, nothing, words) == (2.0, None, evidence[1])


@pytest.mark.parametrize("data", [b"", b"\xc0", wire.encode([1, 2, 3])])
def test_other_bytes_are_no_evidence(data):
    """What something else wrote is found out."""
    with pytest.raises(WireError):
        unpacked_evidence(data)
