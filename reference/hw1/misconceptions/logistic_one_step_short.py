"""One update too few is made.

With steps = 1 the weights move once; with steps = 0 they stay at zero.
"""

from q3_losses import fit_logistic as right

REPLACES = "q3_losses.fit_logistic"


def fit_logistic(X, y, weight_decay, lr, steps):
    """The start counts as a step."""
    return right(X, y, weight_decay, lr, max(0, steps - 1))
