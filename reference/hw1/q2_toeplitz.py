"""Question 2: convolution as a Toeplitz matrix."""

import numpy as np


def toeplitz_matrix(kernel, input_shape):
    """The W for which `W @ image.ravel()` is the valid cross-correlation of the image with the kernel.

    Row (i, j) computes output pixel (i, j): the kernel laid over an empty image at that place, then flattened.
    """
    kh, kw = kernel.shape
    height, width = input_shape
    oh, ow = height - kh + 1, width - kw + 1
    W = np.zeros((oh * ow, height * width))
    for i in range(oh):
        for j in range(ow):
            canvas = np.zeros((height, width))
            canvas[i : i + kh, j : j + kw] = kernel
            W[i * ow + j] = canvas.ravel()  # (height*width,)
    return W


def conv2d(image, kernel):
    """The valid cross-correlation, as one product with the Toeplitz matrix; shape (oh, ow)."""
    oh, ow = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    flat = toeplitz_matrix(kernel, image.shape) @ image.ravel()  # (oh*ow,)
    return flat.reshape(oh, ow)
