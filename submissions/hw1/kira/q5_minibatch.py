import numpy as np


def batch_gradient(w, X, y, indices):
    Xb = X[indices, :]
    yb = y[indices]
    e = Xb @ w - yb
    grad = np.zeros(np.size(w))
    for k in range(len(indices)):
        grad = grad + e[k] * Xb[k, :]
    return grad / len(indices)


def gradient_variance(w, X, y, batch_size):
    nObs = X.shape[0]
    grads = np.diag(X @ w - y) @ X
    Gc = grads - np.mean(grads, axis=0)
    return np.linalg.norm(Gc, "fro") ** 2 / nObs / batch_size
