"""Layers: each forward returns its result and a cache, which its backward takes. The cache is yours to choose."""

import numpy as np

def affine_forward(x, w, b):
    """x (N, D), w (D, M), b (M,) → out (N, M) = x w + b, and a cache."""
    return x @ w + b, (x, w, b)


def affine_backward(dout, cache):
    """dout (N, M) → dx (N, D), dw (D, M), db (M,)."""
    x, w, b = cache
    raise NotImplementedError


def relu_forward(x):
    """max(0, x) of any shape, and a cache."""
    raise NotImplementedError


def relu_backward(dout, cache):
    """The gradient where x > 0, and 0 elsewhere."""
    raise NotImplementedError


def dropout_forward(x, keep, seed):
    """Inverted dropout: an entry stays where `np.random.default_rng(seed).random(x.shape) < keep`, divided by keep."""
    raise NotImplementedError


def dropout_backward(dout, cache):
    """The gradient through the entries that stayed."""
    raise NotImplementedError


def softmax_loss(scores, y):
    """Mean cross-entropy of scores (N, C) at labels y (N,), and its gradient (N, C); for scores of any size."""
    raise NotImplementedError
