"""The variance does not depend on the batch size.

The mean of B independent draws has a B-th of one draw's variance.
"""

from q5_minibatch import gradient_variance as right

REPLACES = "q5_minibatch.gradient_variance"


def gradient_variance(w, X, y, batch_size):
    """The variance of a batch of one."""
    return right(w, X, y, 1)
