import numpy as np


def load_points(path):
    table = np.array([line.split(",") for line in open(path).readlines()[1:]], dtype=float)
    return table[:, 0:2], table[:, 2].astype(np.int32)


def save_weights(path, params):
    np.savez_compressed(path, **params)


def load_weights(path):
    return dict(np.load(path))
