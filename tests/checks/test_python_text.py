"""An argument as Python: what is pasted is what was passed."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch

from grader.checks.feedback.python_text import argument_text

SHAPES = [(), (1,), (3,), (2, 3), (0,), (0, 3), (2, 0), (3, 0, 2), (40, 50)]
NUMPY = [np.float64, np.float32, np.float16, np.int64, np.int32, np.uint8, np.bool_, np.complex128]
TORCH = [torch.float32, torch.float64, torch.float16, torch.int64, torch.uint8, torch.bool, torch.complex64]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", NUMPY, ids=lambda dtype: dtype.__name__)
def test_an_array_has_its_shape_and_dtype(shape, dtype):
    """Empty ones, too."""
    value = np.ones(shape, dtype)
    again = eval(argument_text(value), {"np": np})
    assert (np.shape(again), np.asarray(again).dtype) == (shape, value.dtype)
    assert np.array_equal(again, value)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", TORCH, ids=str)
def test_a_tensor_has_its_shape_and_dtype(shape, dtype):
    """Empty ones, too."""
    value = torch.ones(shape, dtype=dtype)
    again = eval(argument_text(value), {"torch": torch})
    assert (again.shape, again.dtype) == (value.shape, value.dtype)
    assert torch.equal(again, value)


@pytest.mark.parametrize("value", [io.BytesIO(b"ab"), io.StringIO("a")])
def test_a_file_in_memory_is_made_by_what_people_import(value):
    """Not by the module in C that it comes from."""
    assert argument_text(value) == f"io.{type(value).__name__}({value.getvalue()!r})"
