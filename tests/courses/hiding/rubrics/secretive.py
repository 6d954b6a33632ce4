"""XYZZY-MODULE what the author thinks of hidden checks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shared_cases import vectors

# XYZZY-REMARK on what follows
HIDDEN_CONSTANT = 31337.5
FACTORS = st.sampled_from((2.0, 3.0))


def plain_total(x):
    """The sum, by numpy."""
    return np.sum(x)  # XYZZY-TRAILING


def secret_total(x):
    """Only hidden checks need it."""
    return np.sum(x) * HIDDEN_CONSTANT / HIDDEN_CONSTANT


@given(x=vectors())
def total_adds_up(student, expect, x):
    """`total` is the sum."""
    expect.close(student.m.total(x), plain_total(x))


@given(x=vectors())
def total_of_hidden_things(student, expect, x):
    """XYZZY-DOCSTRING of a hidden check."""
    expect.close(student.m.total(x + 4242.0), secret_total(x + 4242.0))


@given(x=vectors())
def total_is_positive(student, expect, x):
    """The sum of magnitudes is never below zero."""
    expect.true(expect.scalar(student.m.total(np.abs(x))) >= 0, "a sum of magnitudes is not negative")


@given(x=vectors())
def total_at_the_end(student, expect, x):
    """XYZZY-LATER a check that is shown after the due date."""
    expect.close(student.m.total(x * 77.0), 77.0 * np.sum(x))


@given(x=vectors(), factor=FACTORS)
def scaled_as_the_model_does(student, expect, reference, x, factor):
    """Scaling first or afterwards is the same, as far as the model answer goes."""
    answer = expect.array(student.m.scaled(factor * x), x.shape)
    expect.close(answer / factor, reference.m.scaled(x))


@given(x=vectors())
def bounded_by_the_model(student, expect, reference, x):
    """What is scaled twice is what the model answer makes of it once more."""
    once = expect.array(student.m.scaled(x), x.shape)
    expect.close(student.m.scaled(once), reference.m.scaled(once))


@given(x=vectors())
def net_predicts(student, expect, x):
    """A net is made, and predicts the sum."""
    net = student.m.Net(len(x))
    expect.close(net.predict(x), np.sum(x))


if __name__ == "__main__":
    print("XYZZY-MAIN", HIDDEN_CONSTANT)
