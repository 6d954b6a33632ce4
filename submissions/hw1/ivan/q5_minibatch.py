# Question 5 -- ivan
from statistics import fmean, pvariance


def example_gradient(w, x, target):
    error = sum(a * b for a, b in zip(w, x)) - target
    return [error * value for value in x]


def batch_gradient(w, X, y, indices):
    per_example = [example_gradient(w, X[i].tolist(), y[i]) for i in indices]
    return [fmean(column) for column in zip(*per_example)]


def gradient_variance(w, X, y, batch_size):
    per_example = [example_gradient(w.tolist(), x, t) for x, t in zip(X.tolist(), y.tolist())]
    return sum(pvariance(column) for column in zip(*per_example)) / batch_size
