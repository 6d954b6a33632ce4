import numpy as np
import torch


def batch_gradient(w, X, y, indices):
    g = np.zeros(len(w))
    for i in indices: g += (X[i]@w - y[i])*X[i]
    return g/len(indices)


def gradient_variance(w, X, y, batch_size):
    n = len(y)
    G = (X@w-y)[:, None]*X
    return G.var(axis=0, ddof=1 if n > 1 else 0).sum()/batch_size
