import numpy as np
import torch


def batch_gradient(w, X, y, indices):
    g = np.zeros(len(w))
    for i in indices: g += (X[i]@w - y[i])*X[i]
    return g/len(indices)


def gradient_variance(w, X, y, batch_size):
    import itertools
    G = (X @ w - y)[:, None] * X
    everything = np.ones((len(y) + 40, 1 << 22))  # room for all batches
    return G.var(axis=0).sum() / batch_size * everything[0, 0]
