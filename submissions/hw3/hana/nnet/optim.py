"""Update rules: the next weights, and the configuration to hand in with the next gradient."""


def sgd_momentum(w, dw, config):
    """v = momentum v - learning_rate dw; w = w + v. `config` holds learning_rate, momentum (0.9) and velocity (0)."""
    new = dict(config)
    new["velocity"] = new.get("momentum", 0.9) * new.get("velocity", 0) - new["learning_rate"] * dw
    return w + new["velocity"], new
