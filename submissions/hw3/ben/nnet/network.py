import numpy as np

from . import layers


class TwoLayerNet(object):
    def __init__(self, n_in, n_hidden, n_classes, reg=0.0, scale=0.5, seed=0):
        np.random.seed(seed)
        self.reg = reg
        self.params = {}
        self.params["W1"] = np.random.randn(n_in, n_hidden) * scale
        self.params["W2"] = np.random.randn(n_hidden, n_classes) * scale
        self.params["b1"] = np.zeros(n_hidden)
        self.params["b2"] = np.zeros(n_classes)

    def loss(self, X, y=None):
        cache = {}
        out, cache["first"] = layers.affine_forward(X, self.params["W1"], self.params["b1"])
        out, cache["relu"] = layers.relu_forward(out)
        out, cache["second"] = layers.affine_forward(out, self.params["W2"], self.params["b2"])
        if y is None:
            return out
        grads = {}
        loss, dout = layers.softmax_loss(out, y)
        dout, grads["W2"], grads["b2"] = layers.affine_backward(dout, cache["second"])
        dout = layers.relu_backward(dout, cache["relu"])
        dout, grads["W1"], grads["b1"] = layers.affine_backward(dout, cache["first"])
        for name in self.params:
            if name.startswith("W"):
                loss = loss + 0.5 * self.reg * np.sum(self.params[name] ** 2)
                grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads
