# Question 4 -- yann
from statistics import fmean


def l1_loss(y_hat, y):
    return fmean(map(abs, (y_hat - y).tolist()))


def l2_loss(y_hat, y):
    return fmean(d * d for d in (y_hat - y).tolist())


def l1_minimizer(y):
    """Halve the interval until as many points lie left as right."""
    low, high = min(y), max(y)
    while True:
        middle = (low + high) / 2
        left = sum(value <= middle for value in y)
        if left == len(y) - left:
            return middle
        if left < len(y) / 2:
            low = middle
        else:
            high = middle


def l2_minimizer(y):
    return fmean(y.tolist())
