# Ana - homework 1, question 3
from math import exp, log, pi, sqrt


def mse_loss(y_hat, y):
    total = 0.0
    for p, t in zip(y_hat, y):
        total += (p - t) ** 2
    return total / len(y)


def bce_loss(y_hat, y):
    total = 0.0
    for p, t in zip(y_hat, y):
        if t == 1:
            total -= log(p)
        else:
            total -= log(1 - p)
    return total / len(y)


def gaussian_nll(y_hat, y, sigma):
    total = 0.0
    for p, t in zip(y_hat, y):
        total += log(sigma * sqrt(2 * pi)) + (t - p) ** 2 / (2 * sigma**2)
    return total / len(y)


def fit_logistic(X, y, weight_decay, lr, steps):
    rows, labels = X.tolist(), y.tolist()
    n, d = len(rows), len(rows[0])
    w = [0.0] * d
    for _ in range(steps):
        gradient = [weight_decay * value for value in w]
        for row, label in zip(rows, labels):
            z = 0.0
            for j in range(d):
                z += row[j] * w[j]
            p = 1 / (1 + exp(-z))
            for j in range(d):
                gradient[j] += (p - label) * row[j] / n
        for j in range(d):
            w[j] -= lr * gradient[j]
    return w
