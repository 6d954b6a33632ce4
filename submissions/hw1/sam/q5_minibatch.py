# Question 5 -- sam

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def batch_gradient(w: Floats, X: Floats, y: Floats, indices: NDArray[np.int64]) -> Floats:
    """Mean gradient of the examples in `indices`."""
    X_batch, y_batch = X[indices], y[indices]
    return X_batch.T @ (X_batch @ w - y_batch) / len(indices)


def gradient_variance(w: Floats, X: Floats, y: Floats, batch_size: int) -> float:
    """Trace of the covariance of a mini-batch gradient."""
    per_example = (X @ w - y)[:, np.newaxis] * X
    return float(np.var(per_example, axis=0).sum() / batch_size)
