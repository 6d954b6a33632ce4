"""The result is as large as the image: the border was padded with zeros.

The convolution asked for is 'valid': the kernel stays inside the image, and the result has OH = H - kh + 1 rows.
"""

import numpy as np
from q2_toeplitz import conv2d as right

REPLACES = "q2_toeplitz.conv2d"


def conv2d(image, kernel):
    """The image's own size, by zeros around it."""
    kh, kw = kernel.shape
    before, after = ((kh - 1) // 2, kh // 2), ((kw - 1) // 2, kw // 2)
    return right(np.pad(image, (before, after)), kernel)
