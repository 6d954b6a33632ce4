import torch


def sgd_momentum(w, dw, config):
    """By torch's own optimiser, whose momentum buffer has the other sign and the rate outside."""
    rate, momentum = config["learning_rate"], config.get("momentum", 0.9)
    weights = torch.nn.Parameter(torch.tensor(w, dtype=torch.float64))
    optimizer = torch.optim.SGD([weights], lr=rate, momentum=momentum)
    if "buffer" in config:
        optimizer.state[weights]["momentum_buffer"] = config["buffer"].clone()
    weights.grad = torch.tensor(dw, dtype=torch.float64)
    optimizer.step()
    buffer = optimizer.state[weights].get("momentum_buffer")
    return weights.detach().numpy(), {**config, **({} if buffer is None else {"buffer": buffer})}
