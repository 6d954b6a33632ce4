"""Everything with loops and dictionaries."""
import math

import numpy as np


def affine_forward(x, w, b):
    N, D = x.shape
    M = w.shape[1]
    out = np.zeros((N, M))
    for n in range(N):
        for m in range(M):
            out[n, m] = sum(x[n, d] * w[d, m] for d in range(D)) + b[m]
    return out, {"x": x, "w": w}


def affine_backward(dout, cache):
    return {"dx": dout @ cache["w"].T}["dx"], cache["x"].T @ dout, sum(dout)


def relu_forward(x):
    flat = [max(0.0, float(v)) for v in x.ravel()]
    return np.array(flat).reshape(x.shape), {"positive": [float(v) > 0 for v in x.ravel()]}


def relu_backward(dout, cache):
    flat = [g if p else 0.0 for g, p in zip(dout.ravel(), cache["positive"])]
    return np.array(flat).reshape(dout.shape)


def dropout_forward(x, keep, seed):
    draws = np.random.default_rng(seed).random(x.shape)
    out = np.zeros_like(x)
    out[draws < keep] = x[draws < keep] / keep
    return out, {"draws": draws, "keep": keep}


def dropout_backward(dout, cache):
    dx = np.zeros_like(dout)
    where = cache["draws"] < cache["keep"]
    dx[where] = dout[where] / cache["keep"]
    return dx


def softmax_loss(scores, y):
    loss, grad = 0.0, np.zeros_like(scores)
    for i, row in enumerate(scores):
        top = max(row)
        exps = [math.exp(s - top) for s in row]
        total = sum(exps)
        loss += math.log(total) + top - row[y[i]]
        for j, e in enumerate(exps):
            grad[i, j] = (e / total - (j == y[i])) / len(y)
    return loss / len(y), grad
