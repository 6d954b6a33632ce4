"""Momentum needs the velocity of the step before: here it is not in the configuration that is returned."""

import numpy as np

REPLACES = "nnet.optim.sgd_momentum"


def sgd_momentum(w, dw, config):
    velocity = config.get("momentum", 0.9) * config.get("velocity", np.zeros_like(w)) - config["learning_rate"] * dw
    return w + velocity, dict(config)
