"""Checks of every kind that the harness has: planned, run again for each student, departing from the plan."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

small = st.integers(-5, 5).map(float)


def arrays(low, high):
    """2-d arrays of small whole numbers."""
    side = st.integers(low, high)
    return st.tuples(side, side).flatmap(lambda shape: npst.arrays(float, shape, elements=small, fill=st.nothing()))


def torch_conv2d(image, kernel):
    return torch.nn.functional.conv2d(torch.tensor(image)[None, None], torch.tensor(kernel)[None, None])[0, 0]


@given(image=arrays(3, 5), kernel=arrays(1, 3))
def conv_matches_torch(student, expect, image, kernel):
    """`conv` is torch's cross-correlation."""
    expect.close(student.m.conv(image, kernel), torch_conv2d(image, kernel))


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
    generator = torch.Generator().manual_seed(seed)
    weights = {(2, 3): torch.randn(2, 3, generator=generator), (2,): torch.randn(2, generator=generator)}
    model = student.m.build()
    names = {tuple(value.shape): name for name, value in model.named_parameters()}
    expect.true(set(names) == set(weights), "the parameters are a (2, 3) weight and a (2,) bias")
    if set(names) == set(weights):
        model.load_state_dict({name: weights[shape] for shape, name in names.items()})
        x = torch.randn(4, 3, generator=generator)
        expect.close(model(x), x @ weights[(2, 3)].T + weights[(2,)], scale=10.0)


def worked_example(student, expect):
    """The sum of 1, 2 and 3 is 6."""
    import numpy as np

    expect.equal(student.m.total(np.array([1.0, 2.0, 3.0])), 6)
