"""The model answer of the small assignment."""

import numpy as np
import torch


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


def build():
    """One linear layer from 3 to 2."""
    return torch.nn.Linear(3, 2)
