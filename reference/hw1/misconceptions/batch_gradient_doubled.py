"""The gradient is twice as large as asked for.

loss_i has a factor 1/2, which cancels the 2 of the square's derivative.
"""

from q5_minibatch import batch_gradient as right

REPLACES = "q5_minibatch.batch_gradient"


def batch_gradient(w, X, y, indices):
    """The gradient of the squares without the factor 1/2."""
    return 2 * right(w, X, y, indices)
