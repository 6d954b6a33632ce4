import numpy as np

from nnet import layers


class TwoLayerNet:
    def __init__(self, n_in, n_hidden, n_classes, reg=0.0, scale=0.5, seed=0):
        rng = np.random.RandomState(seed)
        self.reg = reg
        self.params = {}
        for k, (i, o) in enumerate([(n_in, n_hidden), (n_hidden, n_classes)], start=1):
            self.params[f"W{k}"] = rng.normal(0, scale, size=(i, o))
            self.params[f"b{k}"] = np.zeros(o)

    def loss(self, X, y=None):
        steps, x = [], X
        for k in (1, 2):
            x, cache = layers.affine_forward(x, self.params[f"W{k}"], self.params[f"b{k}"])
            steps.append((f"{k}", layers.affine_backward, cache))
            if k == 1:
                x, cache = layers.relu_forward(x)
                steps.append(("", layers.relu_backward, cache))
        if y is None:
            return x
        loss, d = layers.softmax_loss(x, y)
        grads = {}
        for k, back, cache in reversed(steps):
            if k:
                d, grads["W" + k], grads["b" + k] = back(d, cache)
                grads["W" + k] += self.reg * self.params["W" + k]
                loss += self.reg / 2 * np.sum(self.params["W" + k] ** 2)
            else:
                d = back(d, cache)
        return loss, grads
