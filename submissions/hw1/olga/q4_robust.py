"""Question 4."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def l1_loss(y_hat: Array, y: Array) -> float:
    """Mean absolute error."""
    return float(np.mean(np.abs(y_hat - y)))


def l2_loss(y_hat: Array, y: Array) -> float:
    """Mean squared error."""
    return float(np.mean((y_hat - y) ** 2))


def l1_minimizer(y: Array) -> float:
    """The median."""
    return float(np.median(y))


def l2_minimizer(y: Array) -> float:
    """The mean."""
    return float(np.mean(y))
