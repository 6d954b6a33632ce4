# Question 3
import numpy as np


def mse_loss(y_hat, y):
    diff = y_hat - y
    return np.einsum("i,i->", diff, diff) / diff.size


def bce_loss(y_hat, y):
    z = np.log(y_hat) - np.log1p(-y_hat)
    return np.mean(np.logaddexp(0, z) - y * z)  # softplus form


def gaussian_nll(y_hat, y, sigma):
    z = (y_hat - y) / sigma
    return 0.5 * np.mean(z * z + np.log(2 * np.pi)) + np.log(sigma)


def fit_logistic(X, y, weight_decay, lr, steps):
    n, d = X.shape
    w = np.zeros(d)
    shrink = 1 - lr * weight_decay
    for _ in range(steps):
        p = np.exp(-np.logaddexp(0, -(X @ w)))
        w = shrink * w + lr / n * np.einsum("i,ij->j", y - p, X)
    return w
