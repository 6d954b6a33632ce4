import numpy as np

from nnet.layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss


class TwoLayerNet:
    def __init__(self, n_in, n_hidden, n_classes, reg=0.0, scale=0.5, seed=0):
        draw = np.random.default_rng(seed).normal
        self.reg = reg
        self.params = dict(
            W1=draw(scale=scale, size=(n_in, n_hidden)),
            b1=np.zeros(n_hidden),
            W2=draw(scale=scale, size=(n_hidden, n_classes)),
            b2=np.zeros(n_classes),
        )

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        h, cache1 = affine_forward(X, W1, b1)
        a, mask = relu_forward(h)
        scores, cache2 = affine_forward(a, W2, b2)
        if y is None:
            return scores
        data_loss, d = softmax_loss(scores, y)
        d, dW2, db2 = affine_backward(d, cache2)
        _, dW1, db1 = affine_backward(relu_backward(d, mask), cache1)
        penalty = self.reg / 2 * (np.sum(W1 * W1) + np.sum(W2 * W2))
        return data_loss + penalty, {"W1": dW1 + self.reg * W1, "b1": db1, "W2": dW2 + self.reg * W2, "b2": db2}
