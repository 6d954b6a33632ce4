"""Update rules: the next weights, and the configuration to hand in with the next gradient."""

import numpy as np


def sgd_momentum(w, dw, config):
    """v = momentum v - learning_rate dw; w = w + v. `config` holds learning_rate, momentum (0.9) and velocity (0)."""
    velocity = config.get("velocity", np.zeros_like(w))
    velocity = config.get("momentum", 0.9) * velocity - config["learning_rate"] * dw
    return w + velocity, {**config, "velocity": velocity}
