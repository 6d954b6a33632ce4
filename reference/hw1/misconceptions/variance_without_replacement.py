"""The variance is that of batches drawn without replacement.

Here an index may be drawn twice: the factor (n - B)/(n - 1) does not belong, and B may exceed n.
"""

from q5_minibatch import gradient_variance as right

REPLACES = "q5_minibatch.gradient_variance"
CREDIT = "1/4"


def gradient_variance(w, X, y, batch_size):
    """With the correction for a finite population."""
    n = len(y)
    return right(w, X, y, batch_size) * (n - batch_size) / max(1, n - 1)
