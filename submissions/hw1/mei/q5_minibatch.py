import numpy as np
from scipy.spatial.distance import pdist


def per_sample(w, X, y):
    return X * np.subtract(X.dot(w), y)[:, None]


def batch_gradient(w, X, y, indices):
    return np.average(per_sample(w, X[indices], y[indices]), axis=0)


def gradient_variance(w, X, y, batch_size):
    # variance from the distances of all pairs, so no mean is needed
    squares = pdist(per_sample(w, X, y), "sqeuclidean")
    n = len(y)
    return squares.sum() / (n * max(n - 1, 1)) / batch_size
