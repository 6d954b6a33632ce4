"""The squared errors are divided by sigma**2, without the factor 1/2.

The density is exp(-(y - y_hat)**2 / (2*sigma**2)), up to its constant.
"""

import numpy as np

REPLACES = "q3_losses.gaussian_nll"


def gaussian_nll(y_hat, y, sigma):
    """Squares over sigma squared."""
    return float(np.log(sigma * np.sqrt(2 * np.pi)) + np.mean((y - y_hat) ** 2) / sigma**2)
