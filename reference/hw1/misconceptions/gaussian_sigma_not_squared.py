"""The squared errors are divided by 2*sigma.

They are divided by 2*sigma**2, so that errors are measured in units of sigma; the logarithm's part is right.
"""

import numpy as np

REPLACES = "q3_losses.gaussian_nll"


def gaussian_nll(y_hat, y, sigma):
    """Squares over 2 sigma."""
    return float(np.log(sigma * np.sqrt(2 * np.pi)) + np.mean((y - y_hat) ** 2) / (2 * sigma))
