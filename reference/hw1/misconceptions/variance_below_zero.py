"""The factor (n - B)/(n - 1) of drawing without replacement makes the variance negative where B exceeds n.

Here an index may be drawn twice, so the factor does not belong; and no variance is below 0.
"""

from q5_minibatch import gradient_variance as right

REPLACES = "q5_minibatch.gradient_variance"
CREDIT = "1/4"


def gradient_variance(w, X, y, batch_size):
    """With the correction for a finite population, whatever the sizes."""
    n = len(y)
    return right(w, X, y, batch_size) * (n - batch_size) / max(1, n - 1)
