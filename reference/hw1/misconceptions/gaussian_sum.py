"""The losses of the observations are summed, not averaged.

The mean divides by the number of observations.
"""

from q3_losses import gaussian_nll as right

REPLACES = "q3_losses.gaussian_nll"


def gaussian_nll(y_hat, y, sigma):
    """The sum over the observations."""
    return len(y) * right(y_hat, y, sigma)
