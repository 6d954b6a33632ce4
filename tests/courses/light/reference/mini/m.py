"""The model answer of the small assignment."""

import numpy as np


def conv(image, kernel):
    """The valid cross-correlation, shape (H-kh+1, W-kw+1)."""
    kh, kw = kernel.shape
    out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return out


def total(x):
    """The sum, a float."""
    return float(x.sum())


class Linear:
    """A linear layer from 3 to 2."""

    def __init__(self):
        self.parameters = {"weight": np.zeros((2, 3)), "bias": np.zeros(2)}

    def named_parameters(self):
        """Each with its name."""
        return list(self.parameters.items())

    def load_state_dict(self, parameters):
        """Take parameters by their names."""
        self.parameters = dict(parameters)

    def __call__(self, x):
        """x W^T + b, shape (n, 2)."""
        return x @ self.parameters["weight"].T + self.parameters["bias"]


def build():
    """One linear layer from 3 to 2."""
    return Linear()
