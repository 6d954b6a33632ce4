import numpy as np
from scipy import stats


def l1_loss(y_hat, y):
    return np.average(np.absolute(np.subtract(y_hat, y)))


def l2_loss(y_hat, y):
    return np.average(np.power(np.subtract(y_hat, y), 2))


def l1_minimizer(y):
    return np.quantile(y, 0.5, method="nearest")


def l2_minimizer(y):
    return stats.tmean(y)
