"""Weight decay makes the weights larger: its sign is wrong.

The update subtracts the whole gradient, the decay's part weight_decay * w too.
"""

import numpy as np
from q3_losses import sigmoid

REPLACES = "q3_losses.fit_logistic"


def fit_logistic(X, y, weight_decay, lr, steps):
    """The decay term is subtracted from the gradient."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        error = sigmoid(X @ w) - y  # (n,)
        w = w - lr * (X.T @ error / len(y) - weight_decay * w)
    return w
