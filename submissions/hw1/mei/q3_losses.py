"""Question 3 (mei)."""
import numpy as np


def col(v):
    return np.reshape(v, (-1, 1))


def mse_loss(y_hat, y):
    diff = col(y_hat) - col(y)
    return (diff.T @ diff)[0, 0] / len(diff)


def bce_loss(y_hat, y):
    p = col(y_hat)
    t = col(y)
    J = t.T @ np.log(p) + (1 - t).T @ np.log(1 - p)
    return -J[0, 0] / len(t)


def gaussian_nll(y_hat, y, sigma):
    diff = col(y_hat) - col(y)
    sumSq = (diff.T @ diff).item()
    return sumSq / (2 * sigma**2 * len(diff)) + np.log(sigma * np.sqrt(2 * np.pi))


def fit_logistic(X, y, weight_decay, lr, steps):
    m, nVars = X.shape
    w = np.zeros((nVars, 1))
    for iter in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        dJ = X.T @ (p - col(y)) / m
        dR = weight_decay * w
        w = w - lr * (dJ + dR)
    return w.flatten()
