import numpy as np


def l1_loss(y_hat, y):
    diff = y_hat - y
    return np.sum(np.abs(diff))


def l2_loss(y_hat, y):
    diff = y_hat - y
    return np.sum(diff**2) / np.size(diff)


def l1_minimizer(y):
    return np.percentile(y, 50)


def l2_minimizer(y):
    return np.ones(len(y)) @ y / len(y)
