"""Question 3."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def mse_loss(y_hat: Array, y: Array) -> float:
    """Mean of the squared errors."""
    return float(np.mean(np.square(y_hat - y)))


def bce_loss(y_hat: Array, y: Array) -> float
    """Mean binary cross-entropy, natural logarithm."""
    return float(-np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)))


def gaussian_nll(y_hat: Array, y: Array, sigma: float) -> float:
    """Mean negative log-density of y under N(y_hat, sigma^2)."""
    normalisation = np.log(sigma) + 0.5 * np.log(2 * np.pi)
    return float(normalisation + np.mean(np.square((y - y_hat) / sigma)) / 2)


def _logistic(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _gradient(w: Array, X: Array, y: Array, weight_decay: float) -> Array:
    residual = _logistic(X @ w) - y
    return X.T @ residual / len(y) + weight_decay * w


def fit_logistic(X: Array, y: Array, weight_decay: float, lr: float, steps: int) -> Array:
    """Weights after `steps` gradient steps from zero."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - lr * _gradient(w, X, y, weight_decay)
    return w
