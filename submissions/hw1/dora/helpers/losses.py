import numpy as np


def squared(a, b):
    return (a - b) ** 2


def bernoulli_log_likelihood(p, y):
    return y * np.log(p) + (1 - y) * np.log1p(-p)
