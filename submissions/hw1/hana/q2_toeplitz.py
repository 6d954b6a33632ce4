"""Question 2: index tricks."""
import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


def toeplitz_matrix(kernel, input_shape):
    n_pixels = input_shape[0] * input_shape[1]
    places = sliding_window_view(np.arange(n_pixels).reshape(input_shape), kernel.shape)
    columns = places.reshape(-1, kernel.size)  # (OH*OW, kh*kw): the pixels under each window
    matrix = np.zeros((len(columns), n_pixels))
    np.put_along_axis(matrix, columns, np.broadcast_to(kernel.ravel(), columns.shape), axis=1)
    return matrix


def conv2d(image, kernel):
    shape = tuple(np.subtract(image.shape, kernel.shape) + 1)
    windows = as_strided(image, shape + kernel.shape, image.strides * 2, writeable=False)
    return np.tensordot(windows, kernel[::-1, ::-1], axes=2)
