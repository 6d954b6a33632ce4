"""Each step follows the sum of the examples' gradients, so it is n times too long.

The loss is the mean over the examples; so is its gradient. The decay term has no n.
"""

import numpy as np
from q3_losses import sigmoid

REPLACES = "q3_losses.fit_logistic"


def fit_logistic(X, y, weight_decay, lr, steps):
    """Descent on the summed loss."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        error = sigmoid(X @ w) - y  # (n,)
        w = w - lr * (X.T @ error + weight_decay * w)
    return w
