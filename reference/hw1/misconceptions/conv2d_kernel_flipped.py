"""The result is that of the kernel turned by 180 degrees, which is how signal processing defines convolution.

In deep learning the kernel lies on the image as it is. Look at which of its entries meets the first pixel.
"""

from q2_toeplitz import conv2d as cross_correlation

REPLACES = "q2_toeplitz.conv2d"


def conv2d(image, kernel):
    """The cross-correlation with the kernel turned round."""
    return cross_correlation(image, kernel[::-1, ::-1])
