"""The rows of W are ordered so that the result comes out column by column.

Output pixel (i, j) belongs in row i*OW + j of W.
"""

import numpy as np
from q2_toeplitz import toeplitz_matrix as right

REPLACES = "q2_toeplitz.toeplitz_matrix"


def toeplitz_matrix(kernel, input_shape):
    """Rows in the order of `output.ravel("F")`."""
    shape = input_shape[0] - kernel.shape[0] + 1, input_shape[1] - kernel.shape[1] + 1
    rows = np.arange(np.prod(shape)).reshape(shape)
    return right(kernel, input_shape)[rows.ravel("F")]
