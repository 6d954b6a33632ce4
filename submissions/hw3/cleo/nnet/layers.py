from dataclasses import dataclass

import numpy as np


@dataclass
class AffineCache:
    x: np.ndarray
    w: np.ndarray

    def backward(self, dout):
        return dout.dot(self.w.T), self.x.T.dot(dout), dout.sum(0)


class Mask:
    __slots__ = ("factor",)

    def __init__(self, factor):
        self.factor = factor


def affine_forward(x, w, b):
    return np.add(x.dot(w), b), AffineCache(x, w)


def affine_backward(dout, cache):
    return cache.backward(dout)


def relu_forward(x):
    return (x + np.abs(x)) / 2, Mask((np.sign(x) + 1) // 2 * (x != 0))


def relu_backward(dout, cache):
    return cache.factor * dout


def dropout_forward(x, keep, seed):
    cache = Mask((np.random.default_rng(seed).random(x.shape) < keep) / keep)
    return x * cache.factor, cache


def dropout_backward(dout, cache):
    return cache.factor * dout


def softmax_loss(scores, y):
    from scipy_free import log_sum_exp

    log_p = scores - log_sum_exp(scores)
    rows = np.arange(y.size)
    grad = np.exp(log_p)
    grad[rows, y] -= 1.0
    return -np.mean(log_p[rows, y]), grad / y.size
