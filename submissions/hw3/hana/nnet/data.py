"""Points from a file, and weights to one and back."""

import numpy as np


def load_points(path):
    """The points (N, 2) and the labels (N,) of a CSV file with one header line."""
    X = np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1))
    y = np.loadtxt(path, delimiter=",", skiprows=1, usecols=2, dtype=int)
    return X, y


def save_weights(path, params):
    """Write parameters to a file."""
    with open(path, "wb") as file:
        for name in sorted(params):
            np.save(file, np.array(name))
            np.save(file, params[name])


def load_weights(path):
    """The parameters that were written, by name."""
    params = {}
    with open(path, "rb") as file:
        file.seek(0, 2)
        end = file.tell()
        file.seek(0)
        while file.tell() < end:
            name = str(np.load(file))
            params[name] = np.load(file)
    return params
