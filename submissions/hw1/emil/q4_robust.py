import numpy as np
from scipy import special, stats


def l1_loss(y_hat, y):
    return np.linalg.norm(y_hat - y, ord=1) / y.size


def l2_loss(y_hat, y):
    return 2 * special.huber(np.inf, y_hat - y).mean()  # huber without a bend: r**2 / 2


def l1_minimizer(y):
    return stats.scoreatpercentile(y, 50)


def l2_minimizer(y):
    return np.fft.rfft(y)[0].real / y.size  # the zero frequency is the sum
