import numpy as np
import torch


def load_points(path):
    table = np.genfromtxt(path, delimiter=",", names=True)
    return np.stack([table["x"], table["y"]], axis=1), table["label"].astype("int64")


def save_weights(path, params):
    torch.save({name: torch.as_tensor(value) for name, value in params.items()}, path)


def load_weights(path):
    return {name: value.numpy() for name, value in torch.load(path).items()}
