"""One update too many is made.

With steps = 0 the weights stay at zero; with steps = 1 they move once.
"""

from q3_losses import fit_logistic as right

REPLACES = "q3_losses.fit_logistic"


def fit_logistic(X, y, weight_decay, lr, steps):
    """A step for good measure."""
    return right(X, y, weight_decay, lr, steps + 1)
