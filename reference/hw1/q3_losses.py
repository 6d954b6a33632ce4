"""Question 3: which loss for a binary label?"""

import numpy as np


def mse_loss(y_hat, y):
    """Mean of the squared residuals."""
    return float(np.mean((y_hat - y) ** 2))


def bce_loss(y_hat, y):
    """Mean binary cross-entropy in nats: the negative log-probability of what was observed."""
    return float(-np.mean(y * np.log(y_hat) + (1 - y) * np.log1p(-y_hat)))


def gaussian_nll(y_hat, y, sigma):
    """Mean negative log-density of y under Normal(y_hat, sigma**2), in nats.

    -log N(y; m, s^2) = log(s * sqrt(2 pi)) + (y - m)^2 / (2 s^2)
    """
    return float(np.log(sigma * np.sqrt(2 * np.pi)) + np.mean((y - y_hat) ** 2) / (2 * sigma**2))


def sigmoid(z):
    """1 / (1 + exp(-z)), elementwise, without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def fit_logistic(X, y, weight_decay, lr, steps):
    """Full-batch gradient descent from zeros on mean BCE + weight_decay/2 * ||w||^2.

    d/dw BCE(sigmoid(x.w), y) = (sigmoid(x.w) - y) * x;   d/dw weight_decay/2 * ||w||^2 = weight_decay * w
    """
    n, d = X.shape
    w = np.zeros(d)
    for _ in range(steps):
        error = sigmoid(X @ w) - y  # (n,)
        gradient = X.T @ error / n + weight_decay * w  # (d,)
        w = w - lr * gradient
    return w
