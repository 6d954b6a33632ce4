import numpy as np

from nnet.layers import *


class TwoLayerNet:
    def __init__(self, n_in, n_hidden, n_classes, reg=0.0, scale=0.5, seed=0):
        random = np.random.RandomState(seed)
        self.reg = reg
        self.params = {}
        self.params["W1"] = random.standard_normal((n_in, n_hidden)) * scale
        self.params["b1"] = np.zeros((n_hidden,))
        self.params["W2"] = random.standard_normal((n_hidden, n_classes)) * scale
        self.params["b2"] = np.zeros((n_classes,))

    def loss(self, X, y=None):
        P = self.params
        h, c1 = affine_forward(X, P["W1"], P["b1"])
        a, c2 = relu_forward(h)
        s, c3 = affine_forward(a, P["W2"], P["b2"])
        if y is None:
            return s
        G = {}
        L, d = softmax_loss(s, y)
        d, G["W2"], G["b2"] = affine_backward(d, c3)
        d, G["W1"], G["b1"] = affine_backward(relu_backward(d, c2), c1)
        for k in ("W1", "W2"):
            L += 0.5 * self.reg * (P[k] ** 2).sum()
            G[k] = G[k] + self.reg * P[k]
        return L, G
