"""Probabilities below 1e-5 and above 1 - 1e-5 are clipped, which makes confident mistakes too cheap.

y_hat lies in [1e-6, 1 - 1e-6], where the logarithm is finite as it is.
"""

import numpy as np
from q3_losses import bce_loss as right

REPLACES = "q3_losses.bce_loss"
CREDIT = "1/2"


def bce_loss(y_hat, y, eps=1e-5):
    """Nothing costs more than -log(1e-5)."""
    return right(np.clip(y_hat, eps, 1 - eps), y)
