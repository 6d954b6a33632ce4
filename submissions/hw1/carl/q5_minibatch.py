# Question 5. One row of `g` is the gradient of one example.
import numpy as np


def example_gradients(w, X, y):
    return (X @ w - y)[:, None] * X


def batch_gradient(w, X, y, indices):
    return example_gradients(w, X, y)[indices].mean(axis=0)


def gradient_variance(w, X, y, batch_size):
    g = example_gradients(w, X, y)
    cov = np.cov(g, rowvar=False, bias=True)  # bias=True divides by n
    return np.trace(np.atleast_2d(cov)) / batch_size
