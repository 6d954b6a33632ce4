import numpy as np


def sgd_momentum(w, dw, config):
    lr = config["learning_rate"]
    mu = config["momentum"] if "momentum" in config else 0.9
    v = config["velocity"] if "velocity" in config else np.zeros(w.shape)
    v = mu * v - lr * dw
    config["velocity"] = v
    return w + v, config
