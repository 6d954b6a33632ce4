"""The result is that of the kernel turned by 180 degrees, which is how signal processing defines convolution.

In deep learning the kernel lies on the image as it is. Look at which of its entries meets the first pixel.
"""

from q2_toeplitz import conv2d as right

REPLACES = "q2_toeplitz.conv2d"


def conv2d(image, kernel):
    """The cross-correlation with the kernel turned round."""
    return right(image, kernel[::-1, ::-1])
