"""Convolution written as a matrix product."""

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
    matrix = np.zeros((out_height * out_width, height * width))
    for i in range(out_height):
        for j in range(out_width):
            for a in range(kh):
                start = (i + a) * width + j
                matrix[i * out_width + j, start : start + kw] = kernel[a]
    return matrix


def conv2d(image: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cross-correlation of the image with the kernel, by the Toeplitz matrix."""
    out_shape = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return (toeplitz_matrix(kernel, image.shape) @ image.ravel()).reshape(out_shape)
