"""The covariance is divided by n - 1, which makes the variance too large by n/(n - 1).

Batches are drawn from exactly these examples, so their covariance is the population's: divide by n.
"""

from q5_minibatch import gradient_variance as right

REPLACES = "q5_minibatch.gradient_variance"
CREDIT = "1/4"


def gradient_variance(w, X, y, batch_size):
    """With the sample covariance; 0 for one example."""
    n = len(y)
    return right(w, X, y, batch_size) * n / max(1, n - 1)
