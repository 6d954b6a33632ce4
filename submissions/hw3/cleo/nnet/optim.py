from types import MappingProxyType

DEFAULTS = MappingProxyType({"momentum": 0.9, "velocity": 0.0})


def sgd_momentum(w, dw, config):
    settings = DEFAULTS | config
    velocity = settings["momentum"] * settings["velocity"] - settings["learning_rate"] * dw
    return w + velocity, settings | {"velocity": velocity}
