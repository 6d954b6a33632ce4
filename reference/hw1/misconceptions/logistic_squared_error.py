"""The steps follow the gradient of the squared error of the probabilities.

For the cross-entropy, the sigmoid's slope cancels: the gradient is the mean of (p - y) * x.
"""

import numpy as np
from q3_losses import sigmoid

REPLACES = "q3_losses.fit_logistic"


def fit_logistic(X, y, weight_decay, lr, steps):
    """Descent on the mean of (p - y)^2."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        error = sigmoid(X @ w) - y  # (n,)
        w = w - lr * (X.T @ (2 * error * sigmoid(X @ w) * sigmoid(-X @ w)) / len(y) + weight_decay * w)
    return w
