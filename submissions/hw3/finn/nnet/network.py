"""A network of two layers."""

import numpy as np

from .layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss


class TwoLayerNet:
    """affine - relu - affine; parameters W1, b1, W2, b2 in `params`."""

    def __init__(self, n_in, n_hidden, n_classes, reg=0.0, scale=0.5, seed=0):
        rng = np.random.default_rng(seed)
        self.reg = reg
        self.params = {
            "W1": scale * rng.standard_normal((n_in, n_hidden)),
            "b1": np.zeros(n_hidden),
            "W2": scale * rng.standard_normal((n_hidden, n_classes)),
            "b2": np.zeros(n_classes),
        }

    def loss(self, X, y=None):
        """Without y the scores (N, C); else the loss with reg/2 (‖W1‖² + ‖W2‖²), and the gradients by name."""
        p = self.params
        hidden, first = affine_forward(X, p["W1"], p["b1"])
        active, kept = relu_forward(hidden)
        scores, second = affine_forward(active, p["W2"], p["b2"])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * ((p["W1"] ** 2).sum() + (p["W2"] ** 2).sum())
        dactive, dW2, db2 = affine_backward(dscores, second)
        _, dW1, db1 = affine_backward(relu_backward(dactive, kept), first)
        return loss, {"W1": dW1 + self.reg * p["W1"], "b1": db1, "W2": dW2 + self.reg * p["W2"], "b2": db2}
