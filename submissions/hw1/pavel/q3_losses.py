"""Question 3."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def mse_loss(y_hat: Vector, y: Vector) -> float:
    """Mean of the squared errors."""
    return float(np.mean(np.square(y_hat - y)))


def bce_loss(y_hat: Vector, y: Vector) -> float:
    """Mean binary cross-entropy, natural logarithm."""
    return float(-np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)))


def gaussian_nll(y_hat: Vector, y: Vector, sigma: float) -> float:
    """Mean negative log-density of y under N(y_hat, sigma^2)."""
    constant = np.log(sigma) + 0.5 * np.log(2 * np.pi)
    return float(constant + np.mean(np.square(y - y_hat)) / (2 * sigma))


def _sigmoid(z: Vector) -> Vector:
    return 1 / (1 + np.exp(-z))


def _grad(w: Vector, X: Vector, y: Vector, weight_decay: float) -> Vector:
    error = _sigmoid(X @ w) - y
    return X.T @ error / len(y) + weight_decay * w


def fit_logistic(X: Vector, y: Vector, weight_decay: float, lr: float, steps: int) -> Vector:
    """Weights after `steps` gradient steps from zero."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - lr * _grad(w, X, y, weight_decay)
    return w
