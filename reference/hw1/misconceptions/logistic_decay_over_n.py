"""The decay term is divided by the number of examples.

Only the losses are averaged; weight_decay/2 * ||w||**2 is added once, as it is.
"""

import numpy as np
from q3_losses import sigmoid

REPLACES = "q3_losses.fit_logistic"


def fit_logistic(X, y, weight_decay, lr, steps):
    """Decay as if it were one more example's loss."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        error = sigmoid(X @ w) - y  # (n,)
        w = w - lr * ((X.T @ error + weight_decay * w) / len(y))
    return w
