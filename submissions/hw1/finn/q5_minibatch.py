"""Q5 -- one column at a time."""
from statistics import fmean, pvariance


def example_gradient(w, x, target):
    error = sum(a * b for a, b in zip(w, x)) - target
    return [error * value for value in x]


def batch_gradient(w, X, y, indices):
    gradients = [example_gradient(w, X[i].tolist(), y[i]) for i in indices]
    return [fmean(column) for column in zip(*gradients)]


def gradient_variance(w, X, y, batch_size):
    gradients = [example_gradient(w.tolist(), x, t) for x, t in zip(X.tolist(), y.tolist())]
    return sum(pvariance(column) for column in zip(*gradients)) / batch_size
