import numpy as np


def sgd_momentum(w, dw, config=None):
    config = dict(config or {})
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros(np.shape(w)))
    config["velocity"] = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + config["velocity"], config
