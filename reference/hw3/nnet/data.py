"""Points from a file, and weights to one and back."""

import numpy as np


def load_points(path):
    """The points (N, 2) and the labels (N,) of a CSV file with one header line."""
    table = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    return table[:, :2], table[:, 2].astype(int)


def save_weights(path, params):
    """Write parameters to a file."""
    np.savez(path, **params)


def load_weights(path):
    """The parameters that were written, by name."""
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}
