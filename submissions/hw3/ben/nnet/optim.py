def sgd_momentum(w, dw, config):
    if "velocity" not in config:
        config["velocity"] = 0 * w
    if "momentum" not in config:
        config["momentum"] = 0.9
    v = config["momentum"] * config["velocity"]
    v = v - config["learning_rate"] * dw
    config["velocity"] = v
    next_w = w + v
    return next_w, config
