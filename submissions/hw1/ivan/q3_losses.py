# Question 3
import numpy as np


def mse_loss(y_hat, y):
    return ((y_hat - y) ** 2).mean()


def bce_loss(y_hat, y):
    # what probability did the true class get?
    prob = y * y_hat + (1 - y) * (1 - y_hat)
    return -np.log(prob).mean()


def gaussian_nll(y_hat, y, sigma):
    z = (y - y_hat) / sigma
    return np.log(sigma * np.sqrt(2 * np.pi)) + (z**2).mean() / 2


def fit_logistic(X, y, weight_decay, lr, steps):
    w = np.zeros(X.shape[1])
    for step in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        grad = ((p - y)[:, None] * X).mean(axis=0)
        grad += weight_decay * w  # derivative of weight_decay/2 * ||w||^2
        w -= lr * grad
    return w
