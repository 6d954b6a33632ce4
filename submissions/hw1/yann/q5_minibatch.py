import numpy as np


def batch_gradient(w, X, y, indices):
    Xb = X[indices, :]
    yb = y[indices]
    err = Xb @ w - yb
    grad = np.zeros(np.size(w))
    for k in range(len(indices)):
        grad = grad + err[k] * Xb[k, :]
    return grad / len(indices)


def gradient_variance(w, X, y, batch_size):
    n = X.shape[0]
    G = np.diag(X @ w - y) @ X
    centred = G - np.mean(G, axis=0)
    return np.linalg.norm(centred, "fro") ** 2 / n / batch_size
