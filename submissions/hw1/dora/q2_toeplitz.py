"""Question 2: each column of W is the convolution of one unit image."""

from functools import reduce
from itertools import product

import numpy as np


def shifted(image, kernel):
    """The pieces kernel[a, b] * (image moved by a, b), one after the other."""
    oh, ow = (s - k + 1 for s, k in zip(image.shape, kernel.shape))
    for a, b in product(*map(range, kernel.shape)):
        yield kernel[a, b] * image[a : a + oh, b : b + ow]


conv2d = lambda image, kernel: reduce(np.add, shifted(image, kernel))


def toeplitz_matrix(kernel, input_shape):
    units = np.eye(int(np.prod(input_shape)))
    return np.stack([conv2d(unit.reshape(input_shape), kernel).ravel() for unit in units], axis=1)
