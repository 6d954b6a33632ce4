"""A network of two layers."""

import numpy as np

from . import layers


class TwoLayerNet:
    """affine - relu - affine; parameters W1, b1, W2, b2 in `params`."""

    def __init__(self, n_in, n_hidden, n_classes, reg=0.0, scale=0.5, seed=0):
        rng = np.random.default_rng(seed)
        self.reg = reg
        W1, W2 = (rng.normal(size=shape) * scale for shape in ((n_in, n_hidden), (n_hidden, n_classes)))
        self.params = {"W1": W1, "b1": np.zeros(n_hidden), "W2": W2, "b2": np.zeros(n_classes)}

    def scores(self, X):
        """The scores (N, C), and what the way back needs."""
        hidden, into_first = layers.affine_forward(X, self.params["W1"], self.params["b1"])
        active, into_relu = layers.relu_forward(hidden)
        scores, into_second = layers.affine_forward(active, self.params["W2"], self.params["b2"])
        return scores, (into_first, into_relu, into_second)

    def loss(self, X, y=None):
        """Without y the scores (N, C); else the loss with reg/2 (‖W1‖² + ‖W2‖²), and the gradients by name."""
        scores, caches = self.scores(X)
        return scores if y is None else self._backward(*layers.softmax_loss(scores, y), *caches)

    def _backward(self, loss, d, into_first, into_relu, into_second):
        grads = {}
        d, grads["W2"], grads["b2"] = layers.affine_backward(d, into_second)
        _, grads["W1"], grads["b1"] = layers.affine_backward(layers.relu_backward(d, into_relu), into_first)
        for name, grad in grads.items():
            if name[0] == "W":
                loss = loss + self.reg / 2 * np.square(self.params[name]).sum()
                grads[name] = grad + self.reg * self.params[name]
        return loss, grads
