import numpy as np


def l1_loss(y_hat, y):
    resid = y_hat - y
    return np.sum(np.abs(resid)) / np.size(resid)


def l2_loss(y_hat, y):
    resid = y_hat - y
    return np.sum(resid**2) / np.size(resid)


def l1_minimizer(y):
    return np.mean(y)


def l2_minimizer(y):
    return np.ones(len(y)) @ y / len(y)
