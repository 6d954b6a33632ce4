from dataclasses import dataclass

import numpy as np


@dataclass
class Data:
    """The data of a regression; gradients are those of (x.w - y)^2 / 2."""

    X: np.ndarray
    y: np.ndarray

    def gradients(self, w):
        """One row per example."""
        return (self.X @ w - self.y).reshape(-1, 1) * self.X

    def subset(self, indices):
        return Data(self.X[indices], self.y[indices])


def batch_gradient(w, X, y, indices):
    return Data(X, y).subset(indices).gradients(w).mean(axis=0)


def gradient_variance(w, X, y, batch_size):
    gradients = Data(X, y).gradients(w)
    deviations = gradients - gradients.mean(axis=0)
    return float((deviations**2).sum() / len(y) / batch_size)
