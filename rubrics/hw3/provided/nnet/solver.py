"""Given, and not to be changed: trains a network by the gradients and the update rule that you write."""

import numpy as np

from . import optim


class Solver:
    """Minibatch training of a network with `params` and `loss(X, y)`."""

    def __init__(self, model, X, y, learning_rate=0.1, batch_size=8, seed=0):
        self.model, self.X, self.y = model, X, y
        self.batch_size = batch_size
        self.rng = np.random.default_rng(seed)
        self.configs = {name: {"learning_rate": learning_rate} for name in model.params}
        self.losses = []

    def step(self):
        """One update on one minibatch."""
        chosen = self.rng.choice(len(self.X), self.batch_size, replace=False)
        loss, grads = self.model.loss(self.X[chosen], self.y[chosen])
        self.losses.append(float(loss))
        for name, w in self.model.params.items():
            self.model.params[name], self.configs[name] = optim.sgd_momentum(w, grads[name], self.configs[name])

    def train(self, n_steps):
        """The losses of so many steps."""
        for _ in range(n_steps):
            self.step()
        return self.losses
