"""The variances of the coordinates are averaged, not summed.

The trace of the covariance is the sum of its diagonal.
"""

from q5_minibatch import gradient_variance as right

REPLACES = "q5_minibatch.gradient_variance"


def gradient_variance(w, X, y, batch_size):
    """The mean of the diagonal."""
    return right(w, X, y, batch_size) / len(w)
