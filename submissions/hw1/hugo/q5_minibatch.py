import numpy as np
from scipy.spatial.distance import pdist


def gradients(w, X, y):
    return X * np.subtract(X.dot(w), y)[:, None]


def batch_gradient(w, X, y, indices):
    return np.average(gradients(w, X[indices], y[indices]), axis=0)


def gradient_variance(w, X, y, batch_size):
    # variance from the distances of all pairs, so no mean is needed
    squares = pdist(gradients(w, X, y), "sqeuclidean")
    return squares.sum() / len(y) ** 2 / batch_size
