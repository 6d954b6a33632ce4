"""Points from a file, and weights to one and back."""

import json

import numpy as np


def load_points(path):
    """The points (N, 2) and the labels (N,) of a CSV file with one header line."""
    x, y, label = np.loadtxt(path, delimiter=",", skiprows=1, unpack=True)
    return np.c_[x, y], np.int64(label)


def save_weights(path, params):
    """Write parameters to a file."""
    with open(path, "w") as file:
        json.dump({name: value.tolist() for name, value in params.items()}, file)


def load_weights(path):
    """The parameters that were written, by name."""
    with open(path) as file:
        return {name: np.array(value) for name, value in json.load(file).items()}
