# Question 2

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def toeplitz_matrix(kernel: NDArray[np.float64], input_shape: tuple[int, int]) -> NDArray[np.float64]:
    """Matrix of the 'valid' cross-correlation for images of `input_shape`.

    Parameters
    ----------
    kernel : array of shape (kh, kw)
    input_shape : (H, W)

    Returns
    -------
    array of shape (OH * OW, H * W)
    """
    height, width = input_shape
    kh, kw = kernel.shape
    out_height, out_width = height - kh + 1, width - kw + 1
    result = np.zeros((out_height * out_width, height * width))
    for i in range(out_height):
        for j in range(out_width):
            for a in range(kh):
                offset = (i + a) * width + j
                result[i * out_width + j, offset : offset + kw] = kernel[a]
    return result


def conv2d(image: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cross-correlation of the image with the kernel, by the Toeplitz result."""
    out_shape = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return (toeplitz_matrix(kernel, image.shape) @ image.ravel()).reshape(out_shape)
