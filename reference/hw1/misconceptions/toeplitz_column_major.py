"""Both the image and the result are taken column by column in W.

`image.ravel()` goes row by row, and so does the result: pixel (r, c) is entry r*W + c.
"""

from q2_toeplitz import toeplitz_matrix as right

REPLACES = "q2_toeplitz.toeplitz_matrix"


def toeplitz_matrix(kernel, input_shape):
    """The matrix of the transposed problem."""
    return right(kernel.T, input_shape[::-1])
