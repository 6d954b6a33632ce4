import csv
import pathlib
import pickle

import numpy as np


def load_points(path):
    with pathlib.Path(path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    points = np.array([[float(row["x"]), float(row["y"])] for row in rows])
    return points, np.array([int(row["label"]) for row in rows])


def save_weights(path, params):
    with open(path, "wb") as file:
        pickle.dump(params, file)


def load_weights(path):
    with open(path, "rb") as file:
        return pickle.load(file)
