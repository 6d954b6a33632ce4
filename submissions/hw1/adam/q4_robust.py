"""The two losses and the constants that minimise them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def l1_loss(y_hat: Vector, y: Vector) -> float:
    """Mean absolute error."""
    return float(np.mean(np.abs(y_hat - y)))


def l2_loss(y_hat: Vector, y: Vector) -> float:
    """Mean squared error."""
    return float(np.mean((y_hat - y) ** 2))


def l1_minimizer(y: Vector) -> float:
    """The median."""
    return float(np.median(y))


def l2_minimizer(y: Vector) -> float:
    """The mean."""
    return float(np.mean(y))
