"""Question 4: outliers, L1 or L2?"""

import numpy as np


def l1_loss(y_hat, y):
    """Mean absolute error."""
    return float(np.mean(np.abs(y_hat - y)))


def l2_loss(y_hat, y):
    """Mean squared error."""
    return float(np.mean((y_hat - y) ** 2))


def l1_minimizer(y):
    """The median: as many points pull up as pull down, however far away they are."""
    return float(np.median(y))


def l2_minimizer(y):
    """The mean: where the residuals sum to zero."""
    return float(np.mean(y))
