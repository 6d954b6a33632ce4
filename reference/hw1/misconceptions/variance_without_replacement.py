"""The variance is that of batches drawn without replacement, which is 0 where the batch is all there is.

Here an index may be drawn twice, so the factor (n - B)/(n - 1) does not belong, and B may exceed n.
"""

from q5_minibatch import gradient_variance as right

REPLACES = "q5_minibatch.gradient_variance"
CREDIT = "1/4"


def gradient_variance(w, X, y, batch_size):
    """With the correction for a finite population, but never below 0."""
    n = len(y)
    return right(w, X, y, batch_size) * max(0, n - batch_size) / max(1, n - 1)
