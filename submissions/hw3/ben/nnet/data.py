import numpy as np


def load_points(path):
    f = open(path)
    lines = f.read().strip().split("\n")[1:]
    f.close()
    X = np.zeros((len(lines), 2))
    y = np.zeros(len(lines), dtype=int)
    for i in range(len(lines)):
        a, b, c = lines[i].split(",")
        X[i, 0] = float(a)
        X[i, 1] = float(b)
        y[i] = int(c)
    return X, y


def save_weights(path, params):
    f = open(path, "wb")
    np.save(f, params, allow_pickle=True)
    f.close()


def load_weights(path):
    return np.load(path, allow_pickle=True).item()
