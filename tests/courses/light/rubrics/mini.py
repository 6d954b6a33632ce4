"""The checks of the small assignment without torch, which takes most of the time in which a process starts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

small = st.integers(-5, 5).map(float)


def arrays(low, high):
    """2-d arrays of small whole numbers."""
    side = st.integers(low, high)
    return st.tuples(side, side).flatmap(lambda shape: npst.arrays(float, shape, elements=small, fill=st.nothing()))


def numpy_conv2d(image, kernel):
    return np.einsum("abij,ij->ab", np.lib.stride_tricks.sliding_window_view(image, kernel.shape), kernel)


@given(image=arrays(3, 5), kernel=arrays(1, 3))
def conv_matches_numpy(student, expect, image, kernel):
    """`conv` is numpy's cross-correlation."""
    expect.close(student.m.conv(image, kernel), numpy_conv2d(image, kernel))


@given(image=arrays(3, 5), kernel=arrays(1, 3))
def conv_is_linear(student, expect, image, kernel):
    """Twice the image gives twice the result."""
    expect.close(student.m.conv(2 * image, kernel), 2 * student.m.conv(image, kernel))


@given(image=arrays(3, 5), kernel=arrays(1, 3))
def conv_keeps_inputs(student, expect, image, kernel):
    """`conv` leaves its arguments alone."""
    expect.unchanged(student.m.conv, image, kernel)


@given(seed=st.integers(0, 1000))
def model_is_right(student, expect, seed):
    """The model is one linear layer, whatever its attributes are called."""
    rng = np.random.default_rng(seed)
    weights = {(2, 3): rng.standard_normal((2, 3)), (2,): rng.standard_normal(2)}
    model = student.m.build()
    names = {tuple(value.shape): name for name, value in model.named_parameters()}
    expect.true(set(names) == set(weights), "the parameters are a (2, 3) weight and a (2,) bias")
    if set(names) == set(weights):
        model.load_state_dict({name: weights[shape] for shape, name in names.items()})
        x = rng.standard_normal((4, 3))
        expect.close(model(x), x @ weights[(2, 3)].T + weights[(2,)], scale=10.0)


def worked_example(student, expect):
    """The sum of 1, 2 and 3 is 6."""
    expect.equal(student.m.total(np.array([1.0, 2.0, 3.0])), 6)
