import numpy as np
import torch


def mse_loss(y_hat, y):
    s = 0
    for a, b in zip(y_hat, y): s += (a-b)*(a-b)
    return s/len(y)


def bce_loss(y_hat, y):
    return -np.log(np.where(y == 1, y_hat, 1-y_hat)).mean()


def gaussian_nll(y_hat, y, sigma):
    return 0.5*np.log(2*np.pi*sigma**2) + 0.5*np.mean(((y_hat-y)/sigma)**2)


def fit_logistic(X, y, weight_decay, lr, steps):
    import math
    n, d = len(X), len(X[0]); w = [0.0]*d
    for _ in range(steps):
        g = [weight_decay*wj for wj in w]
        for i in range(n):
            p = 1/(1+math.exp(-sum(X[i][j]*w[j] for j in range(d))))
            for j in range(d): g[j] += (p-y[i])*X[i][j]/n
        w = [a-lr*b for a, b in zip(w, g)]
    return w
