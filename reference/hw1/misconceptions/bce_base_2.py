"""The loss is in bits: the logarithm is taken to base 2.

The handout asks for nats, the natural logarithm; bits are 1.44 times as many.
"""

import numpy as np

REPLACES = "q3_losses.bce_loss"
CREDIT = "1/4"


def bce_loss(y_hat, y):
    """In bits."""
    return float(-np.mean(y * np.log2(y_hat) + (1 - y) * np.log2(1 - y_hat)))
