import numpy as np

from common import Residuals


def l1_loss(y_hat, y):
    return Residuals.of(y_hat, y).mean_absolute()


def l2_loss(y_hat, y):
    return Residuals.of(y_hat, y).mean_square()


def l1_minimizer(y):
    s = sorted(y)
    left, right = s[(len(s) - 1) // 2], s[len(s) // 2]
    return left + (right - left) / 2


def l2_minimizer(y):
    mean = 0.0
    for count, value in enumerate(y, start=1):
        mean += (value - mean) / count
    return mean
