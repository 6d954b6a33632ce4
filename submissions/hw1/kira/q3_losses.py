# Question 3
from math import exp, log, log2, pi
from statistics import fmean


def mse_loss(y_hat, y):
    return fmean((p - t) ** 2 for p, t in zip(y_hat, y))


def bce_loss(y_hat, y):
    return -fmean(log2(p) if t else log2(1 - p) for p, t in zip(y_hat, y))


def gaussian_nll(y_hat, y, sigma):
    variance = sigma**2
    return fmean(log(2 * pi * variance) / 2 + (p - t) ** 2 / (2 * variance) for p, t in zip(y_hat, y))


def dot(u, v):
    return sum(a * b for a, b in zip(u, v))


def fit_logistic(X, y, weight_decay, lr, steps):
    columns = X.T.tolist()
    rows = X.tolist()
    w = [0.0 for _ in columns]
    for _ in range(steps):
        residuals = [1 / (1 + exp(-dot(x, w))) - t for x, t in zip(rows, y.tolist())]
        w = [wj - lr * (dot(c, residuals) / len(rows) + weight_decay * wj) for wj, c in zip(w, columns)]
    return tuple(w)
