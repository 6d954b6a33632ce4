"""W is the matrix for the kernel turned by 180 degrees, which is how signal processing defines convolution.

In deep learning the kernel is not flipped. Row 0 of W begins with the kernel's first row as it is.
"""

from q2_toeplitz import toeplitz_matrix as right

REPLACES = "q2_toeplitz.toeplitz_matrix"


def toeplitz_matrix(kernel, input_shape):
    """The matrix of the kernel turned round."""
    return right(kernel[::-1, ::-1], input_shape)
