# hw1 / Q5
import numpy as np

def batch_gradient(w, X, y, indices):
    d = len(w)
    g = np.zeros(d)
    for i in indices:
        e = -y[i]
        for k in range(d):
            e += X[i, k]*w[k]
        for k in range(d):
            g[k] += e*X[i, k]
    return g/len(indices)

def gradient_variance(w, X, y, batch_size):
    n = len(y)
    gs = [batch_gradient(w, X, y, [i]) for i in range(n)]
    # first pass: mean
    m = np.zeros(len(w))
    for g in gs: m += g/n
    # second pass: squared distances
    tr = 0.0
    for g in gs: tr += np.sum((g - m)**2)/n
    return tr/batch_size
