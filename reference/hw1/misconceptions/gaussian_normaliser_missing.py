"""Only the squared errors over 2*sigma**2 are there.

The density has a factor 1/(sigma*sqrt(2*pi)), whose logarithm belongs to the loss; without it a huge sigma would be
best.
"""

import numpy as np

REPLACES = "q3_losses.gaussian_nll"


def gaussian_nll(y_hat, y, sigma):
    """The exponent alone."""
    return float(np.mean((y - y_hat) ** 2) / (2 * sigma**2))
