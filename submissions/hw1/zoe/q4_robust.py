import numpy as np

from mytools import Errors


def l1_loss(y_hat, y):
    return Errors.of(y_hat, y).mean_absolute()


def l2_loss(y_hat, y):
    return Errors.of(y_hat, y).mean_square()


def l1_minimizer(y):
    ordered = sorted(y)
    left, right = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return left + (right - left) / 2


def l2_minimizer(y):
    mean = 0.0
    for count, value in enumerate(y, start=1):
        mean += (value - mean) / count
    return mean
