"""The weights are pulled to zero twice as strongly as asked for.

The derivative of weight_decay/2 * ||w||**2 is weight_decay * w: the 2 cancels.
"""

import numpy as np
from q3_losses import sigmoid

REPLACES = "q3_losses.fit_logistic"


def fit_logistic(X, y, weight_decay, lr, steps):
    """The decay's factor 1/2 is forgotten."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        error = sigmoid(X @ w) - y  # (n,)
        w = w - lr * (X.T @ error / len(y) + 2 * weight_decay * w)
    return w
