import numpy as np

from common import Residuals


def mse_loss(y_hat, y):
    return Residuals.of(y_hat, y).mean_square()


class BinaryCrossEntropy:
    """Callable loss; `per_example` is kept apart to look at single terms."""

    def per_example(self, y_hat, y):
        return -np.where(y > 0.5, np.log(y_hat), np.log1p(-y_hat))

    def __call__(self, y_hat, y):
        return float(self.per_example(y_hat, y).mean())


bce_loss = BinaryCrossEntropy()


def gaussian_nll(y_hat, y, sigma):
    return Residuals.of(y_hat, y).mean_square() / (2 * sigma**2) + 0.5 * np.log(2 * np.pi * sigma**2)


class Model:
    def __init__(self, n_features):
        self.w = np.zeros(n_features)

    def predict(self, X):
        return 1 / (1 + np.exp(-(X @ self.w)))

    def update(self, X, y, weight_decay, lr):
        gradient = (self.predict(X) - y) @ X / len(X)
        self.w = self.w - lr * (gradient + weight_decay * self.w)


def fit_logistic(X, y, weight_decay, lr, steps):
    model = Model(X.shape[1])
    for _ in range(steps):
        model.update(X, y, weight_decay, lr)
    return model.w
