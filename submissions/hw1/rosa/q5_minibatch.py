import numpy as np
import torch


def batch_gradient(w, X, y, indices):
    g = np.zeros(len(w))
    for i in indices: g += (X[i]@w - y[i])*X[i]
    return g/len(indices)


def gradient_variance(w, X, y, batch_size):
    G = X*(X@w-y).reshape(-1, 1)
    return (np.mean(np.sum(G*G, 1)) - np.sum(np.mean(G, 0)**2))/batch_size
