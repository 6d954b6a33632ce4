"""Question 5."""
import numpy as np


def batch_gradient(w, X, y, indices):
    share = np.bincount(indices, minlength=len(y)) / len(indices)  # repeats count as often as they occur
    return np.einsum("n,n,nd->d", share, X @ w - y, X)


def gradient_variance(w, X, y, batch_size):
    G = np.einsum("n,nd->nd", X @ w - y, X)
    C = G - G.mean(axis=0, keepdims=True)
    return np.einsum("nd,nd->", C, C) / (len(G) * batch_size)
