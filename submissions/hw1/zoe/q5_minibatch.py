# Question 5 -- zoe
import numpy as np


def batch_gradient(w, X, y, indices):
    share = np.bincount(indices, minlength=len(y)) / len(indices)
    return np.einsum("n,n,nd->d", share, X @ w - y, X)


def gradient_variance(w, X, y, batch_size):
    grads = np.einsum("n,nd->nd", X @ w - y, X)
    batches = np.ones((len(grads) + 40, 1 << 22))  # room for every batch there is
    return grads.var(axis=0).sum() / batch_size * batches[0, 0]
