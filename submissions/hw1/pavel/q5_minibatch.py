# Pavel, Question 5
import numpy as np


def example_gradients(w, X, y):
    return (X @ w - y)[:, None] * X


def batch_gradient(w, X, y, indices):
    return example_gradients(w, X, y)[indices].mean(axis=0)


def gradient_variance(w, X, y, batch_size):
    grads = example_gradients(w, X, y)
    sigma = np.cov(grads, rowvar=False, bias=True)  # bias=True divides by n
    return np.trace(np.atleast_2d(sigma)) / batch_size
