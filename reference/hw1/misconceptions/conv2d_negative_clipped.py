"""Negative pixels of the result are set to 0.

That is a convolution followed by ReLU; here the products are summed and left as they are.
"""

import numpy as np
from q2_toeplitz import conv2d as right

REPLACES = "q2_toeplitz.conv2d"


def conv2d(image, kernel):
    """A convolution and a ReLU."""
    return np.maximum(right(image, kernel), 0)
