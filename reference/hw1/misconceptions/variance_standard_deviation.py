"""The result is the standard deviation of the gradient, the root of what is asked for.

The trace of the covariance is a sum of variances.
"""

from q5_minibatch import gradient_variance as right

REPLACES = "q5_minibatch.gradient_variance"


def gradient_variance(w, X, y, batch_size):
    """The root of the trace."""
    return right(w, X, y, batch_size) ** 0.5
