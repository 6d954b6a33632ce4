import numpy as np
import torch


def minibatch_gradient(w, X, y, indices):
    A, b = X[indices], y[indices]
    return (A.T@A@w - A.T@b)/len(b)


def gradient_variance(w, X, y, batch_size):
    G = (X@w-y)[:, None]*X
    return ((G**2).mean(0) - G.mean(0)**2).sum()/batch_size
