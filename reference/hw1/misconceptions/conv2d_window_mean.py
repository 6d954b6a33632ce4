"""Each pixel is the mean of a window's products.

A convolution sums them: an image of ones gives the sum of the kernel.
"""

from q2_toeplitz import conv2d as right

REPLACES = "q2_toeplitz.conv2d"


def conv2d(image, kernel):
    """Divided by the number of products."""
    return right(image, kernel) / kernel.size
