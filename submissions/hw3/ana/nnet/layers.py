import numpy as np


def affine_forward(x, w, b):
    out = np.einsum("nd,dm->nm", x, w) + b
    cache = [x.copy(), w.copy(), b]
    return out, cache


def affine_backward(dout, cache):
    x, w, _ = cache
    dx = np.einsum("nm,dm->nd", dout, w)
    dw = np.einsum("nd,nm->dm", x, dout)
    return dx, dw, np.sum(dout, axis=0)


def relu_forward(x):
    mask = x > 0
    return np.where(mask, x, 0.0), mask


def relu_backward(dout, mask):
    dx = dout.copy()
    dx[~mask] = 0
    return dx


def dropout_forward(x, keep, seed):
    keeps = np.random.default_rng(seed).random(x.shape) < keep
    factor = keeps.astype(np.float64) / keep
    return x * factor, factor


def dropout_backward(dout, factor):
    return factor * dout


def softmax_loss(scores, y):
    top = np.max(scores, axis=1)[:, np.newaxis]
    e = np.exp(scores - top)
    p = e / e.sum(axis=1)[:, np.newaxis]
    n = scores.shape[0]
    loss = 0.0
    for i in range(n):
        loss -= (scores[i, y[i]] - top[i, 0]) - np.log(e[i].sum())
    onehot = np.eye(scores.shape[1])[y]
    return loss / n, (p - onehot) / n
