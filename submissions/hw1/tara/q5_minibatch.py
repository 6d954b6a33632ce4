# Tara, Question 5
import numpy as np

def batch_gradient(w, X, y, indices):
    d = len(w)
    g = np.zeros(d)
    for i in indices:
        err = -y[i]
        for k in range(d):
            err += X[i, k]*w[k]
        for k in range(d):
            g[k] += err*X[i, k]
    return g/len(indices)

def gradient_variance(w, X, y, batch_size):
    n = len(y)
    gs = [batch_gradient(w, X, y, [i]) for i in range(n)]

    mean = np.zeros(len(w))
    for g in gs: mean += g/n

    tr = 0.0
    for g in gs: tr += np.sum((g - mean)**2)/n
    return tr/batch_size
