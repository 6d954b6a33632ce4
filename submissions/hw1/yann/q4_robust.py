import numpy as np
import torch


def l1_loss(y_hat, y):
    d = y_hat-y
    return (d[d > 0].sum() - d[d < 0].sum())/d.size


def l2_loss(y_hat, y):
    d = y_hat-y
    return d@d/len(d)


def l1_minimizer(y):
    low, high = y.min(), y.max()
    while (y <= (low + high) / 2).sum() != (y > (low + high) / 2).sum():
        if (y <= (low + high) / 2).sum() < len(y) / 2:
            low = (low + high) / 2
        else:
            high = (low + high) / 2
    return (low + high) / 2


def l2_minimizer(y):
    return sum(y)/len(y)
