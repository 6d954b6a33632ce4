import numpy as np
from scipy import special, stats


def mse_loss(y_hat, y):
    return np.average(np.power(y_hat - y, 2))


def bce_loss(y_hat, y):
    return -np.average(stats.bernoulli.logpmf(y, y_hat))


def gaussian_nll(y_hat, y, sigma):
    return -np.average(stats.norm.logpdf(y, loc=y_hat, scale=sigma))


def fit_logistic(X, y, weight_decay, lr, steps):
    w = np.zeros_like(X[0])
    for _ in range(steps):
        grad = X.T.dot(special.expit(X.dot(w)) - y) / y.size
        w = w - lr * grad - lr * weight_decay * w
    return w
