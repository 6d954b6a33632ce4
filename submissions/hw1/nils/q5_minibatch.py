# Question 5 -- nils

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def batch_gradient(w: Array, X: Array, y: Array, indices: NDArray[np.int64]) -> Array:
    """Mean gradient of the examples in `indices`."""
    Xb, yb = X[indices], y[indices]
    return Xb.T @ (Xb @ w - yb) / len(indices)


def gradient_variance(w: Array, X: Array, y: Array, batch_size: int) -> float:
    """Trace of the covariance of a mini-batch gradient."""
    gradients = (X @ w - y)[:, np.newaxis] * X
    return float(np.var(gradients, axis=0).sum() / batch_size)
