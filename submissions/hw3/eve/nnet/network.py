"""A network of two layers."""

import numpy as np

from . import layers


class TwoLayerNet:
    """affine - relu - affine; parameters W1, b1, W2, b2 in `params`."""

    def __init__(self, n_in, n_hidden, n_classes, reg=0.0, scale=0.5, seed=0):
        generator = np.random.Generator(np.random.PCG64(seed))
        self.reg = reg
        sizes = [n_in, n_hidden, n_classes]
        self.params = {}
        for i, shape in enumerate(zip(sizes, sizes[1:]), 1):
            self.params |= {f"W{i}": generator.normal(0.0, scale, shape), f"b{i}": np.zeros(shape[1])}

    def loss(self, X, y=None):
        """Without y the scores (N, C); else the loss with reg/2 (‖W1‖² + ‖W2‖²), and the gradients by name."""
        W1, b1, W2, b2 = self.params.values()
        hidden, into_hidden = layers.affine_forward(X, W1, b1)
        active, into_active = layers.relu_forward(hidden)
        scores, into_scores = layers.affine_forward(active, W2, b2)
        if y is None:
            return scores
        loss, d = layers.softmax_loss(scores, y)
        d, dW2, db2 = layers.affine_backward(d, into_scores)
        d = layers.relu_backward(d, into_active)
        _, dW1, db1 = layers.affine_backward(d, into_hidden)
        loss += self.reg * (np.linalg.norm(W1) ** 2 + np.linalg.norm(W2) ** 2) / 2
        return loss, dict(zip(self.params, (dW1 + self.reg * W1, db1, dW2 + self.reg * W2, db2)))
