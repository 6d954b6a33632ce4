"""The result is a flat list of pixels.

W x has one entry per output pixel, row by row; the function returns them as (OH, OW).
"""

from q2_toeplitz import conv2d as right

REPLACES = "q2_toeplitz.conv2d"


def conv2d(image, kernel):
    """The product as it comes."""
    return right(image, kernel).ravel()
