import numpy as np
import torch


def l1_loss(y_hat, y):
    return np.linalg.norm(y_hat-y, 1)/len(y)


def l2_loss(y_hat, y):
    d = y_hat-y
    return d@d/len(d)


def l1_minimizer(y):
    return np.quantile(y, 0.5)


def l2_minimizer(y):
    return sum(y)/len(y)
