"""W is the matrix for the transposed kernel: its rows stand where its columns belong.

The entries of one kernel row are next to each other in a row of W; from one kernel row to the next it is the
image's width.
"""

from q2_toeplitz import toeplitz_matrix as right

REPLACES = "q2_toeplitz.toeplitz_matrix"


def toeplitz_matrix(kernel, input_shape):
    """The matrix of the transposed kernel; of the kernel itself, where that does not fit."""
    fits = kernel.shape[1] <= input_shape[0] and kernel.shape[0] <= input_shape[1]
    return right(kernel.T if fits else kernel, input_shape)
