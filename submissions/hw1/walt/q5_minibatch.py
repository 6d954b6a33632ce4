# Walt, Question 5
from statistics import fmean, pvariance


def grad_of(w, x, target):
    e = sum(a * b for a, b in zip(w, x)) - target
    return [e * value for value in x]


def batch_gradient(w, X, y, indices):
    gradients = [grad_of(w, X[i].tolist(), y[i]) for i in indices]
    return [fmean(column) for column in zip(*gradients)]


def gradient_variance(w, X, y, batch_size):
    gradients = [grad_of(w.tolist(), x, t) for x, t in zip(X.tolist(), y.tolist())]
    return sum(pvariance(column) for column in zip(*gradients)) / batch_size
