"""Layers: each forward returns its result and a cache, which its backward takes."""

import numpy as np


def affine_forward(x, w, b):
    """x (N, D), w (D, M), b (M,) → out (N, M) = x w + b, and a cache."""
    return x @ w + b, (x, w)


def affine_backward(dout, cache):
    """dout (N, M) → dx (N, D), dw (D, M), db (M,)."""
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def relu_forward(x):
    """max(0, x) of any shape, and a cache."""
    x[x < 0] = 0
    return x, x


def relu_backward(dout, cache):
    """The gradient where x > 0, and 0 elsewhere."""
    return dout * (cache > 0)


def dropout_forward(x, keep, seed):
    """Inverted dropout: each entry stays with probability `keep`, divided by it; `seed` decides which."""
    mask = np.random.default_rng(seed).random(x.shape) < keep
    return x * mask / keep, (mask, keep)


def dropout_backward(dout, cache):
    """The gradient through the entries that stayed."""
    mask, keep = cache
    return dout * mask / keep


def softmax_loss(scores, y):
    """Mean cross-entropy of scores (N, C) at labels y (N,), and its gradient (N, C); for scores of any size."""
    n = len(y)
    shifted = scores
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dscores = np.exp(log_p)
    dscores[np.arange(n), y] -= 1
    return -log_p[np.arange(n), y].mean(), dscores / n
