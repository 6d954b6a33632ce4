# Question 3
import numpy as np


def mse_loss(y_hat, y):
    r = y_hat - y
    return np.einsum("i,i->", r, r) / r.size


def bce_loss(y_hat, y):
    logit = np.log(y_hat) - np.log1p(-y_hat)
    return np.mean(np.logaddexp(0, logit) - y * logit)


def gaussian_nll(y_hat, y, sigma):
    u = (y_hat - y) / sigma
    return 0.5 * np.mean(u * u + np.log(2 * np.pi)) + np.log(sigma)


def fit_logistic(X, y, weight_decay, lr, steps):
    n, d = X.shape
    w = np.zeros(d)
    decay = 1 - lr * weight_decay
    for _ in range(steps):
        p = np.exp(-np.logaddexp(0, -(X @ w)))
        w = decay * w + lr / n * np.einsum("i,ij->j", y - p, X)
    return w
