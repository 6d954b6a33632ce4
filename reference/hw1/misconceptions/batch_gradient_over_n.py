"""The sum over the batch is divided by the number of all examples.

The mean is over the batch: divide by the number of indices.
"""

from q5_minibatch import batch_gradient as right

REPLACES = "q5_minibatch.batch_gradient"


def batch_gradient(w, X, y, indices):
    """The sum over the batch, divided by n."""
    return len(indices) / len(y) * right(w, X, y, indices)
