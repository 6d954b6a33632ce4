"""Examples with label 0 cost nothing: only y*log(y_hat) is there.

For label 0 the loss is -log(1 - y_hat). A model that always says 1 would be perfect otherwise.
"""

import numpy as np

REPLACES = "q3_losses.bce_loss"


def bce_loss(y_hat, y):
    """The first of the two terms."""
    return float(-np.mean(y * np.log(y_hat)))
