"""The gradients of the batch are summed, not averaged.

A batch of four equal examples has the gradient of one of them.
"""

from q5_minibatch import batch_gradient as right

REPLACES = "q5_minibatch.batch_gradient"


def batch_gradient(w, X, y, indices):
    """The sum over the batch."""
    return len(indices) * right(w, X, y, indices)
