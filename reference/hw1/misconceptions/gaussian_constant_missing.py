"""The constant log(sqrt(2*pi)) is left out, so the loss is too small by 0.919.

For a minimiser it does not matter; for the density's logarithm, which the handout asks for, it does.
"""

import numpy as np

REPLACES = "q3_losses.gaussian_nll"
CREDIT = "1/4"


def gaussian_nll(y_hat, y, sigma):
    """Without what does not depend on the parameters."""
    return float(np.log(sigma) + np.mean((y - y_hat) ** 2) / (2 * sigma**2))
