"""Question 3."""
import numpy as np


def asColumn(v):
    return np.reshape(v, (-1, 1))


def mse_loss(y_hat, y):
    err = asColumn(y_hat) - asColumn(y)
    return (err.T @ err)[0, 0] / len(err)


def bce_loss(y_hat, y):
    p = asColumn(y_hat)
    t = asColumn(y)
    J = t.T @ np.log(p) + (1 - t).T @ np.log(1 - p)
    return -J[0, 0] / len(t)


def gaussian_nll(y_hat, y, sigma):
    err = asColumn(y_hat) - asColumn(y)
    sumSq = (err.T @ err).item()
    return sumSq / (2 * sigma**2 * len(err)) + np.log(sigma * np.sqrt(2 * np.pi))


def fit_logistic(X, y, weight_decay, lr, steps):
    nObs, nVars = X.shape
    w = np.zeros((nVars, 1))
    for iter in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        gradJ = X.T @ (p - asColumn(y)) / nObs
        gradR = weight_decay * w
        w = w - lr * (gradJ + gradR)
    return w.flatten()
