# Question 5 -- uma
import numpy as np


def single(w, X, y):
    return (X @ w - y)[:, None] * X


def batch_gradient(w, X, y, indices):
    return single(w, X, y)[indices].mean(axis=0)


def gradient_variance(w, X, y, batch_size):
    rows = single(w, X, y)
    cov = np.cov(rows, rowvar=False, bias=True)
    return np.trace(np.atleast_2d(cov)) / batch_size
