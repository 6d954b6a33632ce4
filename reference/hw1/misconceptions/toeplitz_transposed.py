"""W is transposed: it has a row for each input pixel and a column for each output pixel.

W stands to the left of the flattened image, so each of its rows computes one output pixel.
"""

from q2_toeplitz import toeplitz_matrix as right

REPLACES = "q2_toeplitz.toeplitz_matrix"


def toeplitz_matrix(kernel, input_shape):
    """The transpose, which spreads an output over the image."""
    return right(kernel, input_shape).T
